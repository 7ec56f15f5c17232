// Types → the JSON text that emitted code writes of their values: judged by JSON.stringify and JSON.parse.
import { expect } from 'chai'
import fc from 'fast-check'
import { escaped } from '../runtime/src/validation/text-pieces.ts'
import type { TypeModel } from '../transformer/src/model/type-model.ts'
import * as m from './support/type-models.ts'
import { compileType } from './support/type-models.ts'

const UNMARKED = m.object({ id: m.string })

function isUnmarked(model: TypeModel): boolean {
  const { it: compiled } = m.runServerCode([m.route('it', { output: 'stream', result: model })])
  return compiled!.result!.isUnmarked ?? false
}

describe('emitted JSON texts', () => {
  it('are those of JSON.stringify, for strings of all characters and lengths', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 90 }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)) }),
      fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\ud800', '\udc00', '\u2028'), maxLength: 60 }),
    )
    fc.assert(fc.property(text, value => `"${escaped(value)}"` === JSON.stringify(value)))
  })

  it('are those of JSON.stringify, for all finite numbers', () => {
    const { stringify } = compileType(m.object({ n: m.number }))
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    const isAsJson = (n: number) => expect(stringify({ n })).to.equal(JSON.stringify({ n }))
    fc.assert(fc.property(number, n => void isAsJson(n)))
    const integer = fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }).map(Number)
    fc.assert(fc.property(integer, n => void isAsJson(n)))
    // About multiples of a million, at which long integers are cut.
    const near = fc.tuple(fc.integer({ min: 1, max: 4_100_000_000 }), fc.integer({ min: -2, max: 2 }))
    fc.assert(fc.property(near, ([millions, rest]) => void isAsJson(millions * 1e6 + rest)))
    for (const n of [2 ** 30 - 1, 2 ** 30, 2 ** 31, 2 ** 32, 4e15 - 1, 4e15, 4e15 + 1, 2 ** 53, 1e21])
      isAsJson(n)
    expect(stringify({ n: -0 })).to.equal('{"n":0}')
  })

  it('have names as they are declared, whatever they are', () => {
    const names = ['a"b', 'a\\b', '`', '$\u007bv}', '\n', '\u2028', '', '__proto__', 'constructor', '\ud800']
    const value = Object.fromEntries(names.map(name => [name, name]))
    const models = names.map(name => m.property(name, m.string, false))
    const optional = names.map(name => m.property(name, m.string, true))
    expect(JSON.parse(compileType(m.objectOf(models)).stringify(value)!)).to.deep.equal(value)
    expect(JSON.parse(compileType(m.objectOf(optional)).stringify(value)!)).to.deep.equal(value)
  })

  it('leave out what is absent, with the commas that belong to it', () => {
    const optional = compileType(m.object({ 'a?': m.number, 'b?': m.string, 'c?': m.unknown }))
    expect(optional.stringify({})).to.equal('{}')
    expect(optional.stringify({ b: 'x' })).to.equal('{"b":"x"}')
    expect(optional.stringify({ a: 1, b: undefined, c: () => 1 })).to.equal('{"a":1}')
    expect(optional.stringify({ c: null, a: 1 })).to.equal('{"a":1,"c":null}')
    const mixed = compileType(m.object({ 'a?': m.number, b: m.string }))
    expect(mixed.stringify({ b: 'x' })).to.equal('{"b":"x"}')
    expect(mixed.stringify({ a: 1, b: 'x' })).to.equal('{"b":"x","a":1}')
    expect(compileType(m.object({ 'a?': m.number })).stringify({ a: 2 })).to.equal('{"a":2}')
  })

  it('hold records without what their type does not have', () => {
    const dates = compileType(m.object({ n: m.number }, m.union(m.object({ at: m.date }), m.number)))
    const at = new Date(0)
    expect(dates.stringify({ n: 1, 'a"': { at, secret: 1 }, b: 2 })).to.equal(
      '{"n":1,"a\\"":{"at":"1970-01-01T00:00:00.000Z"},"b":2}',
    )
    expect(compileType(m.object({}, m.string)).stringify({})).to.equal('{}')
    expect(compileType(m.object({}, m.unknown)).stringify({ a: () => 1, b: [undefined] })).to.equal(
      '{"b":[null]}',
    )
  })

  it('do not ask declared objects for a text of their own', () => {
    const sly = { id: 'a', toJSON: () => ({ $: 'end' }) }
    expect(compileType(UNMARKED).stringify(sly)).to.equal('{"id":"a"}')
    expect(compileType(m.array(UNMARKED)).stringify([sly])).to.equal('[{"id":"a"}]')
  })

  it('are undefined, or a TypeError, for what has no text', () => {
    const { stringify } = compileType(m.unknown)
    expect(stringify(() => 1)).to.equal(undefined)
    expect(() => stringify(1n)).to.throw(TypeError)
    expect(() => compileType(m.object({ a: m.unknown })).stringify({ a: [1n] })).to.throw(TypeError)
  })

  it('are known to be without a mark where no property has its name', () => {
    expect([UNMARKED, m.union(UNMARKED, m.nothing, m.string)].map(isUnmarked)).to.deep.equal([true, true])
    const others = [
      m.object({ $: m.string }),
      m.object({ '$?': m.string }),
      m.object({}, m.string),
      m.object({ toJSON: m.unknown }),
      m.union(UNMARKED, m.object({ $: m.number })),
      m.unknown,
      m.union(UNMARKED, m.unknown),
      m.array(UNMARKED),
      m.string,
    ]
    expect(others.map(isUnmarked)).to.deep.equal(others.map(() => false))
  })
})
