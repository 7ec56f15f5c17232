// Bytes of all kinds → a value that was written so, or a refusal; never a crash, a foreign prototype or memory beyond the bytes.
import { decode } from '@msgpack/msgpack'
import { expect } from 'chai'
import fc from 'fast-check'
import { errorToWire, RpcError, type WireError } from '../runtime/src/errors.ts'
import { CLIENT_LIMITS } from '../runtime/src/wire/limits.ts'
import { MsgpackReader, NoMsgpack } from '../runtime/src/wire/msgpack-reader.ts'
import { createMsgpackRecordEncoder } from '../runtime/src/wire/msgpack-records.ts'
import { MsgpackWriter } from '../runtime/src/wire/value-to-msgpack.ts'
import { msgpackRecords } from './support/decoded-records.ts'

/** Other bytes in every run; FAST_CHECK_SEED=… looks at the same again. */
const SEED = Number(process.env.FAST_CHECK_SEED ?? Math.trunc(Math.random() * 2 ** 31))

const writer = new MsgpackWriter()
const reader = new MsgpackReader('the body', 64, 'maps')

/** Everything that a value of ours may hold. */
const packable = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.string({ unit: 'binary' }),
    fc.string({ minLength: 200, maxLength: 400 }),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constant('__proto__'), fc.constant('constructor')),
      tie('value'),
      {
        maxKeys: 20,
      },
    ),
  ),
})).value

/** Maps as objects, and 0 for -0, which has no form of its own: what a reader of the same bytes may say. */
function plain(value: unknown): unknown {
  if (value instanceof Map)
    return Object.fromEntries(Array.from(value, ([key, member]) => [key, plain(member)]))
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null && !(value instanceof Date))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
  return Object.is(value, -0) ? 0 : value
}

/** The value, or the error that it must be. Counts what is allocated for arrays. */
function attempt(bytes: Uint8Array): { value: unknown } | { error: NoMsgpack } {
  try {
    return { value: reader.readAll(bytes).value }
  } catch (error) {
    if (!(error instanceof NoMsgpack)) throw error
    return { error }
  }
}

function prototypesOf(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (typeof value !== 'object' || value === null) return found
  found.add(Object.getPrototypeOf(value))
  if (value instanceof Map) for (const pair of value) prototypesOf(pair, found)
  else if (!ArrayBuffer.isView(value)) for (const member of Object.values(value)) prototypesOf(member, found)
  return found
}

const OWN = [Object.prototype, Array.prototype, Map.prototype, Date.prototype, Uint8Array.prototype]

function checkRefusedOrClean(bytes: Uint8Array): void {
  const outcome = attempt(bytes)
  if (!('error' in outcome)) expect(OWN).to.include.members([...prototypesOf(outcome.value)])
}

describe(`MessagePack of all kinds (seed ${SEED})`, () => {
  it('is read as it was written, and another library agrees', () => {
    fc.assert(
      fc.property(packable, value => {
        const bytes = writer.pack(value)
        expect(plain(reader.readAll(bytes).value)).to.deep.equal(plain(value))
        if (!JSON.stringify(value, (_, it) => (typeof it === 'bigint' ? 0 : it)).includes('"__proto__":')) {
          const judged = decode(bytes, { useBigInt64: true })
          expect(plain(judged)).to.deep.equal(plain(value))
        }
      }),
      { numRuns: 500, seed: SEED },
    )
  })

  it('has every time that a Date has, and none beyond', () => {
    for (const time of [
      8.64e15,
      8.64e15 - 1,
      -8.64e15,
      -8.64e15 + 1,
      -1,
      0,
      2 ** 32 * 1000,
      2 ** 34 * 1000,
    ]) {
      const at = new Date(time)
      expect(reader.readAll(writer.pack(at)).value).to.deep.equal(at)
    }
    const beyond = writer.pack(new Date(8.64e15))
    for (const [place, byte] of [
      [6, 1],
      [14, 1],
    ] as const) {
      const bytes = Uint8Array.from(beyond)
      bytes[place] = byte
      expect(attempt(bytes), `${place}`).to.have.property('error')
    }
  })

  it('has U+FFFD for halves of surrogate pairs, which have no UTF-8', () => {
    const halves = {
      a: ['\ud800', 'x\udc00y', '\ud83d\ude00'],
      '\udfff': { '\ud800': 1 },
      at: new Date(1),
    }
    const bytes = writer.pack(halves)
    expect(reader.readAll(bytes).value).to.deep.equal({
      a: ['\ufffd', 'x\ufffdy', '\ud83d\ude00'],
      '\ufffd': { '\ufffd': 1 },
      at: new Date(1),
    })
  })

  it('is refused when it is cut anywhere or continued', () => {
    fc.assert(
      fc.property(packable, fc.uint8Array({ minLength: 1, maxLength: 5 }), (value, tail) => {
        const bytes = writer.pack(value)
        const step = Math.max(1, Math.floor(bytes.length / 200))
        for (let length = 0; length < bytes.length; length += step)
          expect(attempt(bytes.subarray(0, length)), `${length}`).to.have.property('error')
        expect(attempt(Uint8Array.of(...bytes, ...tail))).to.have.property('error')
      }),
      { seed: SEED },
    )
  })

  it('is refused or harmless when some of its bytes are changed', () => {
    const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(packable, change, (value, changes) => {
        const bytes = Uint8Array.from(writer.pack(value))
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        checkRefusedOrClean(bytes)
      }),
      { numRuns: 2_000, seed: SEED },
    )
  })

  it('is refused or harmless when its bytes are random, those that mean something first', () => {
    const meaningful = fc.oneof(fc.integer({ min: 0x80, max: 0xdf }), fc.nat(255))
    const bytes = fc.array(meaningful, { maxLength: 64 }).map(list => Uint8Array.from(list))
    fc.assert(fc.property(bytes, checkRefusedOrClean), { numRuns: 5_000, seed: SEED })
  })

  it('makes arrays of no more elements than there are bytes, whatever lengths it claims', () => {
    const { Array: OwnArray } = globalThis
    let elements = 0
    const counting = new Proxy(OwnArray, {
      construct(target, [length]: [number]) {
        elements += length
        return Reflect.construct(target, [length])
      },
    })
    const head = fc.constantFrom(
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      [0xdc, 0xff, 0xff],
      [0x9f],
      [0xdf, 0x7f, 0xff, 0xff, 0xff],
    )
    const body = fc.array(fc.oneof(head, fc.constantFrom([0x91], [1], [0x90])), { maxLength: 100 })
    fc.assert(
      fc.property(body, parts => {
        const bytes = Uint8Array.from(parts.flat())
        elements = 0
        globalThis.Array = counting
        try {
          attempt(bytes)
        } finally {
          globalThis.Array = OwnArray
        }
        expect(elements).to.be.at.most(bytes.length)
      }),
      { numRuns: 1_000, seed: SEED },
    )
  })

  it('has no extension but timestamps', () => {
    for (let type = 0; type < 256; type++) {
      if (type === 0xff) continue
      for (const head of [
        [0xd4],
        [0xd5],
        [0xd6],
        [0xd7],
        [0xd8],
        [0xc7, 4],
        [0xc8, 0, 4],
        [0xc9, 0, 0, 0, 4],
      ]) {
        const bytes = Uint8Array.of(...head, type, ...new Uint8Array(16).fill(1))
        expect(attempt(bytes), `${head} ${type}`).to.have.property('error')
      }
    }
  })
})

describe(`records in MessagePack (seed ${SEED})`, () => {
  const records = createMsgpackRecordEncoder(writer)
  const encoder = {
    item: (value: unknown, id?: string) => writer.only(() => records.item(it => it.value(value), id)),
    end: (value: unknown) => writer.only(() => records.end(it => it.value(value))),
    error: (error: WireError) => writer.only(() => records.error(error)),
    keepAlive: records.keepAlive,
  }
  const record = fc.oneof(
    packable.map(value => encoder.item(value)),
    fc.tuple(packable, fc.stringMatching(/^[!-~]{1,40}$/)).map(([value, id]) => encoder.item(value, id)),
    fc.constant(encoder.keepAlive),
  )
  const body = fc
    .tuple(fc.array(record, { maxLength: 8 }), packable)
    .map(([records, returned]) => Buffer.concat([...records, encoder.end(returned)]))
  const decoder = (max: number = CLIENT_LIMITS.maxRecordLength) => msgpackRecords(max)

  it('are the same wherever their bytes are cut', () => {
    fc.assert(
      fc.property(body, fc.array(fc.nat(), { maxLength: 6 }), (bytes, cuts) => {
        const whole = decoder()(bytes)
        expect(whole.at(-1)?.kind).to.equal('end')
        const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
        const decode = decoder()
        const pieces = places
          .slice(1)
          .flatMap((end, index) => decode(Uint8Array.from(bytes.subarray(places[index]!, end))))
        expect(pieces).to.deep.equal(whole)
      }),
      { numRuns: 300, seed: SEED },
    )
  })

  it('are the same byte by byte', () => {
    const bytes = Buffer.concat([
      encoder.item({ at: new Date(1), text: 'ü'.repeat(40) }),
      encoder.keepAlive,
      encoder.item(new Uint8Array(300), 'id'),
      encoder.error(errorToWire(new RpcError('CONFLICT', { data: [1] }))),
      encoder.item('after the end'),
    ])
    const decode = decoder()
    const records = Array.from(bytes, byte => decode(Uint8Array.of(byte))).flat()
    expect(records).to.deep.equal(decoder()(bytes))
    expect(records.map(({ kind }) => kind)).to.deep.equal(['item', 'item', 'error'])
    expect(records[1]).to.deep.equal({ kind: 'item', id: 'id', value: new Uint8Array(300) })
  })

  it('that are none, or too long, end the stream with an error, after those before them', () => {
    const good = encoder.item(1)
    const wrong = [
      [0xc1],
      [0xd4, 9, 0],
      [0xa1, 0xff],
      [0xc7, 1, 2, 0xc1],
      [0xc7, 2, 2, 1, 1],
      [0xc7, 0, 3],
      [0xc7, 1, 1, 5],
    ]
    for (const bytes of wrong) {
      const records = decoder()(Uint8Array.of(...good, ...bytes, ...good))
      expect(
        records.map(it => (it.kind === 'error' ? it.error.code : it.kind)),
        `${bytes}`,
      ).to.deep.equal(['item', 'INTERNAL'])
    }
    for (const head of [
      [0xdb, 0, 0, 1, 0],
      [0xdd, 0, 0, 1, 0],
      [0xc6, 0, 0, 1, 0],
      [0xc9, 0, 0, 1, 0, 2],
    ]) {
      const [only] = decoder(255)(Uint8Array.from(head))
      expect(only?.kind === 'error' && only.error.code, `${head}`).to.equal('PAYLOAD_TOO_LARGE')
    }
    expect(decoder(100)(writer.pack('x'.repeat(200)))[0]).to.have.nested.property(
      'error.code',
      'PAYLOAD_TOO_LARGE',
    )
    const long = decoder(100)
    const inArray = [Uint8Array.of(0x9f), ...Array.from({ length: 15 }, () => writer.pack('x'.repeat(20)))]
    expect(inArray.flatMap(long).at(-1)).to.have.nested.property('error.code', 'PAYLOAD_TOO_LARGE')
  })
})
