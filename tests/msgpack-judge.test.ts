// Small values of all kinds, as many as a bounded time allows → the same bytes' worth to another library, both ways, whole, cut and broken.
import { Decoder, Encoder } from '@msgpack/msgpack'
import { expect } from 'chai'
import { MsgpackReader, NoMsgpack } from '../runtime/src/wire/msgpack-reader.ts'
import { MsgpackWriter } from '../runtime/src/wire/value-to-msgpack.ts'

/** Other values in every run; FAST_CHECK_SEED=… gives the same again. */
const SEED = Number(process.env.FAST_CHECK_SEED ?? Math.trunc(Math.random() * 2 ** 31))
/** Time for each of the tests, in ms; MSGPACK_JUDGE_MS=60000 looks at millions. */
const BUDGET = Number(process.env.MSGPACK_JUDGE_MS ?? 1_500)

const writer = new MsgpackWriter()
const reader = new MsgpackReader('the bytes', 64)
const encoder = new Encoder({ useBigInt64: true, ignoreUndefined: true })
const decoder = new Decoder({ useBigInt64: true })

/** Numbers that follow from the seed (mulberry32), from 0 to 1. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const EDGES = [0, 1, 0x1f, 0x20, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 2 ** 31, 2 ** 32]
const LENGTHS = [0, 1, 2, 15, 16, 31, 32, 33, 64, 65, 96, 97, 255, 256, 300]
const PIECES = ['a', 'key', '~', 'é', 'ü', '€', '漢', '😀', '\u0000', '0', '__proto', 'constructor']

function valueMaker(random: () => number): (depth?: number) => unknown {
  const below = (count: number) => Math.floor(random() * count)
  const one = <Item>(list: readonly Item[]): Item => list[below(list.length)]!
  const integer = () => (one(EDGES) + below(3) - 1) * (random() < 0.4 ? -1 : 1) || 0
  const real = () => one([random(), -random() * 1e300, 1 / 3, 0.5, 2 ** -1074, 1.7976931348623157e308, 1e21])
  const text = () => {
    const length = random() < 0.9 ? below(12) : one(LENGTHS)
    if (random() < 0.6) return 'x'.repeat(length)
    return Array.from({ length }, () => one(PIECES)).join('')
  }
  const date = () =>
    new Date(one([integer() * 1000, integer(), below(2 ** 31) * 4096, -8.64e15, 8.64e15, 2 ** 34 * 1000 - 1]))
  const bigint = () =>
    BigInt.asIntN(64, BigInt(below(2 ** 31)) ** BigInt(1 + below(2)) * (random() < 0.5 ? 1n : -1n))
  const leaves = [integer, integer, real, text, text, date, bigint, () => null, () => random() < 0.5]
  const bytes = () => Uint8Array.from({ length: one(LENGTHS) }, () => below(256))
  const make = (depth = 0): unknown => {
    const kind = random()
    if (kind < 0.05) return bytes()
    if (depth > 3 || kind < 0.6) return one(leaves)()
    const length = random() < 0.97 ? below(5) : one([15, 16, 17, 70])
    if (kind < 0.8) return Array.from({ length }, () => make(depth + 1))
    return Object.fromEntries(Array.from({ length }, () => [text(), make(depth + 1)]))
  }
  return make
}

/** Without a message for each step, which would take a hundred times as long. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b
  if (a instanceof Date) return b instanceof Date && Math.abs(+a - +b) <= 1
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b))
    return Buffer.compare(a as Uint8Array, b as Uint8Array) === 0
  const [left, right] = [Object.keys(a), Object.keys(b)]
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== right.length) return false
  return left.every(key => Object.hasOwn(b, key) && isSame(a[key as never], b[key as never]))
}

/** Until the time is over. */
function* valuesFor(budget: number): Generator<unknown> {
  const make = valueMaker(randomOf(SEED))
  const end = performance.now() + budget
  do yield make()
  while (performance.now() < end)
}

/** What ours reads, and undefined of what it refuses as it should: nothing that is sent is `undefined`. */
function attempt(bytes: Uint8Array): unknown {
  try {
    return reader.readAll(bytes).value
  } catch (error) {
    if (error instanceof NoMsgpack) return undefined
    throw error
  }
}

/** Every byte of most values; of the few that are long, places enough that the work stays within the time. */
const stepOf = (bytes: Uint8Array) => Math.ceil(bytes.length / 512)

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe(`MessagePack beside @msgpack/msgpack (seed ${SEED})`, function () {
  this.timeout(20 * BUDGET)

  it('is read by it as it was written', () => {
    for (const value of valuesFor(BUDGET)) {
      const bytes = writer.pack(value)
      if (!isSame(decoder.decode(bytes), value)) expect.fail(`${hex(bytes)} is read otherwise`)
    }
  })

  it('is read as it has written it', () => {
    for (const value of valuesFor(BUDGET)) {
      const bytes = encoder.encode(value)
      if (!isSame(reader.readAll(bytes).value, value)) expect.fail(`${hex(bytes)} is read otherwise`)
    }
  })

  it('takes no more bytes than it writes', () => {
    for (const value of valuesFor(BUDGET)) {
      const [ours, its] = [writer.pack(value), encoder.encode(value)]
      if (ours.length > its.length) expect.fail(`${hex(ours)} is longer than ${hex(its)}`)
    }
  })

  it('keeps a byte order mark at the beginning of a text, which the other library drops from long ones', () => {
    for (const length of LENGTHS) {
      const value = { [`\ufeff${'k'.repeat(length)}`]: `\ufeff${'x'.repeat(length)}` }
      expect(reader.readAll(writer.pack(value)).value).to.deep.equal(value)
    }
  })

  it('is refused wherever it is cut', () => {
    for (const value of valuesFor(BUDGET)) {
      const bytes = writer.pack(value)
      for (let length = 0; length < bytes.length; length += stepOf(bytes))
        if (attempt(bytes.subarray(0, length)) !== undefined) expect.fail(`${hex(bytes)} cut after ${length}`)
    }
  })

  it('is refused, or read as it reads it, whichever byte is broken', () => {
    const random = randomOf(SEED + 1)
    let read = 0
    for (const value of valuesFor(BUDGET)) {
      const bytes = writer.pack(value)
      for (let at = 0; at < bytes.length; at += stepOf(bytes)) {
        const broken = Uint8Array.from(bytes)
        broken[at] = Math.floor(random() * 256)
        const ours = attempt(broken)
        if (ours === undefined) continue
        read++
        if (!isReadAlike(ours, broken)) expect.fail(`${hex(broken)} is read otherwise`)
      }
    }
    expect(read).to.be.above(0)
  })
})

/** The other library has no keys of 64 bits and no member `__proto__`. */
function isReadAlike(ours: unknown, bytes: Uint8Array): boolean {
  try {
    return isSame(ours, decoder.decode(bytes))
  } catch (error) {
    return /__proto__|type of key/.test(String(error))
  }
}
