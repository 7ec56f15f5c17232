// Values into JSON texts and inputs: what the HTTP engine and sockets share.
import { expect } from 'chai'
import { type CompiledInput, type CompiledOutput, MISMATCH } from '../runtime/src/compiled-route.ts'
import { RpcError } from '../runtime/src/errors.ts'
import { valueToInput } from '../runtime/src/server/value-to-input.ts'
import { ResultMismatch, valueToJson } from '../runtime/src/server/value-to-json.ts'

const PLACE = { route: 'feed', what: 'item', maxIssues: 2 }
const ANYTHING: CompiledOutput = { check: () => true, stringify: JSON.stringify, table: () => 'unknown' }
const NUMBER = {
  check: Number.isFinite,
  stringify: (value: number) => `${value}`,
  read: (value: unknown) => (Number.isFinite(value) ? { value } : MISMATCH),
  table: () => 'number',
} satisfies CompiledInput & CompiledOutput

describe('A value of a handler', () => {
  it('becomes its JSON text, and undefined becomes null', () => {
    expect(valueToJson(1.5, NUMBER, PLACE)).to.equal('1.5')
    expect(valueToJson({ a: ['\u2028', undefined] }, ANYTHING, PLACE)).to.equal('{"a":["\u2028",null]}')
    expect(valueToJson(undefined, ANYTHING, PLACE)).to.equal('null')
  })

  it('of another type is refused with its place', () => {
    expect(() => valueToJson('1', NUMBER, PLACE))
      .to.throw(ResultMismatch, 'feed: the item does not match its declared type')
      .with.property('issues')
      .that.deep.equals([{ path: 'item', expected: 'number', received: '"1"' }])
  })

  it('without a JSON text is a TypeError', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (const value of [() => 1, Symbol('s'), 1n, cycle, { toJSON: () => undefined }]) {
      expect(() => valueToJson(value, ANYTHING, PLACE), typeof value).to.throw(TypeError)
    }
  })
})

describe('A value of a client', () => {
  it('is decoded once it is seen to match', () => {
    expect(valueToInput(1, NUMBER, 'message', 8)).to.deep.equal({ value: 1 })
  })

  it('that does not match is BAD_REQUEST with issues from the given root', () => {
    expect(() => valueToInput('x', NUMBER, 'message', 8))
      .to.throw(RpcError, 'message: expected number, received "x"')
      .that.includes({ code: 'BAD_REQUEST' })
      .with.property('issues')
      .that.deep.equals([{ path: 'message', expected: 'number', received: '"x"' }])
  })
})
