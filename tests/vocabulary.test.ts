// The small vocabularies: error codes, tracked ids and the helpers of generated code.
import { expect } from 'chai'
import fc from 'fast-check'
import { ERROR_CODES, errorToWire, RpcError, statusToCode, toRpcError } from '../runtime/src/errors.ts'
import { isTracked, tracked } from '../runtime/src/tracked.ts'
import { isDateText, mapRecord, own } from '../runtime/src/validation/generated-helpers.ts'

describe('errors', () => {
  it('keep an RpcError as it is and hide anything else', () => {
    const known = new RpcError('NOT_FOUND', { message: 'no such user', data: { id: 1 } })
    expect(toRpcError(known)).to.equal(known)
    const hidden = toRpcError(new Error('password is 1234'))
    expect(hidden.code).to.equal('INTERNAL')
    expect(JSON.stringify(errorToWire(hidden))).to.not.contain('1234')
    expect((hidden.cause as Error).message).to.equal('password is 1234')
  })

  it('survive the wire', () => {
    for (const code of Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[]) {
      const error = new RpcError(code, {
        data: [1],
        issues: [{ path: 'args', expected: 'number', received: 'null' }],
      })
      const back = RpcError.fromWire(JSON.parse(JSON.stringify(errorToWire(error))), 'INTERNAL')
      expect(back).to.deep.include({
        code,
        status: ERROR_CODES[code],
        data: [1],
        issues: error.issues,
      })
    }
  })

  it('read foreign bodies as the fallback', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(RpcError.fromWire(value, 'UNAVAILABLE')).to.be.instanceOf(RpcError)
      }),
    )
    expect(RpcError.fromWire({ code: 'toString' }, 'UNAVAILABLE').code).to.equal('UNAVAILABLE')
    expect(RpcError.fromWire({ message: 'of a later version' }, 'INTERNAL').message).to.equal(
      'of a later version',
    )
  })

  it('derive a code from any status', () => {
    expect([404, 418, 502, 504, 500, 599, 503].map(statusToCode)).to.deep.equal([
      'NOT_FOUND',
      'BAD_REQUEST',
      'UNAVAILABLE',
      'UNAVAILABLE',
      'INTERNAL',
      'UNAVAILABLE',
      'UNAVAILABLE',
    ])
  })
})

describe('tracked()', () => {
  it('takes ids that survive a header, and no others', () => {
    expect(isTracked(tracked('41', { n: 41 }))).to.equal(true)
    for (const id of ['', 'a b', 'a\nb', 'ä', '$end', 'x'.repeat(257)])
      expect(() => tracked(id, 1)).to.throw(TypeError)
    expect(isTracked({ id: '1', value: 1 })).to.equal(false)
  })
})

describe('generated helpers', () => {
  it('accept dates that exist, with an offset or a day alone', () => {
    for (const text of [
      '2024-02-29',
      '2024-02-29T12:00Z',
      '2024-12-31T23:59:59.123456+05:30',
      new Date().toISOString(),
    ]) {
      expect(isDateText(text), text).to.equal(true)
    }
    const wrong = [
      '2024-02-30',
      '2023-02-29T00:00:00Z',
      '2024-13-01',
      '2024-01-01T25:00Z',
      '2024-01-01T12:00',
      'now',
      '',
      '12',
      '2024',
    ]
    for (const text of [...wrong, 12, null, {}]) expect(isDateText(text), String(text)).to.equal(false)
  })

  it('accept whatever toISOString prints', () => {
    fc.assert(fc.property(fc.date({ noInvalidDate: true }), date => isDateText(date.toISOString())))
  })

  it('never throw at text', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[+-]?\d{4,6}-\d\d-\d\d(T\d\d:\d\dZ)?$/),
        text => typeof isDateText(text) === 'boolean',
      ),
    )
  })

  it('treat __proto__ as data', () => {
    const copy = mapRecord(JSON.parse('{"__proto__": 1, "a": 2}'), (n: number) => n + 1)
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype)
    expect(Object.entries(copy)).to.deep.equal([
      ['__proto__', 2],
      ['a', 3],
    ])
    expect(own({}, 'constructor')).to.equal(undefined)
  })
})
