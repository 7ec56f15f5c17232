// The MessagePack vectors of fixtures/frames.json, which Python wrote, and messages of another library, read and refused as in JSON.
import { readFileSync } from 'node:fs'
import { decode, encode } from '@msgpack/msgpack'
import { expect } from 'chai'
import type { CompiledInput, CompiledOutput, TypeTable } from '../runtime/src/compiled-route.ts'
import { RpcError } from '../runtime/src/errors.ts'
import { writeNative } from '../runtime/src/validation/native-to-msgpack.ts'
import { unpackedToJson, untypedToJson } from '../runtime/src/validation/unpacked-to-json.ts'
import { CLIENT_LIMITS } from '../runtime/src/wire/limits.ts'
import { createMsgpackClientFraming, createMsgpackFraming } from '../runtime/src/wire/msgpack-framing.ts'
import { rawToClientFrame } from '../runtime/src/wire/raw-to-frame.ts'
import type { RawFrame } from '../runtime/src/wire/socket-framing.ts'
import { MsgpackWriter } from '../runtime/src/wire/value-to-msgpack.ts'
import { msgpackRecords, type StreamRecord } from './support/decoded-records.ts'
import { rawToServerFrame } from './support/raw-to-server-frame.ts'

type Side = 'client' | 'server'
interface Vector {
  readonly from: Side
  readonly is: string
  readonly text: string
  readonly says?: string
}
interface Vectors {
  readonly invalidMsgpack: readonly { from: Side; is: string; msgpack: string; says: string }[]
  readonly streamsMsgpack: readonly { is: string; msgpack: string; records: unknown[] }[]
  readonly limits: { readonly maxDepth: number; readonly maxFrames: number }
  readonly valid: readonly (Vector & { msgpack: string })[]
  readonly invalid: readonly Vector[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../fixtures/frames.json', import.meta.url), 'utf8'))
const server = createMsgpackFraming({
  write: (value, output, writer) => writeNative(value, output, 'pairs', writer),
  toJson: unpackedToJson,
  toUntypedJson: untypedToJson,
})
const client = createMsgpackClientFraming(new MsgpackWriter())
const inputOf = (table: TypeTable): CompiledInput => ({ read: value => value, table: () => table })
const untyped = inputOf('unknown')
const options = { useBigInt64: true } as const

/** A message as the other end reads it, the values of an application among it. */
function read(from: Side, bytes: Uint8Array, input = untyped) {
  const parse = from === 'client' ? server.parse : client.parse
  const [number, acknowledged, ...raws] = parse(bytes, vectors.limits)
  const check = from === 'client' ? rawToClientFrame : rawToServerFrame
  return [
    number,
    acknowledged,
    ...raws.map(raw => check(raw, number > 0).map(it => server.input!(it, input))),
  ]
}

function refusal(run: () => unknown): string {
  try {
    return `accepted: ${JSON.stringify(run())}`
  } catch (error) {
    // A client makes INTERNAL of whatever is thrown.
    if (error instanceof TypeError) return `BAD_REQUEST: ${error.message}`
    if (!(error instanceof RpcError)) throw error
    return `${error.code}: ${error.message}`
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    return !(error instanceof SyntaxError)
  }
}

describe('socket messages in MessagePack', () => {
  for (const { from, is, text, msgpack } of vectors.valid) {
    it(`are read as those in JSON, and written so that another library reads the same: ${is} (${from})`, () => {
      const message = JSON.parse(text) as [number, number, ...RawFrame[]]
      expect(read(from, Buffer.from(msgpack, 'hex'))).to.deep.equal(message)
      const [number, acknowledged, ...frames] = message
      const framing = from === 'client' ? client : server
      const encoded = framing.message(
        number,
        acknowledged,
        frames.map(frame => framing.frame(frame)),
      )
      // The other library refuses this key, wherever it stands.
      const isReadable = !text.includes('__proto__')
      expect(isReadable ? decode(encoded as Uint8Array) : read(from, encoded as Uint8Array)).to.deep.equal(
        message,
      )
    })
  }

  for (const { from, is, msgpack, says } of vectors.invalidMsgpack) {
    it(`are refused with the place: ${is} (${from})`, () => {
      expect(refusal(() => read(from, Buffer.from(msgpack, 'hex')))).to.equal(`BAD_REQUEST: ${says}`)
    })
  }

  // What is wrong with their text has no like here; what the message or a frame lacks is refused in the same words.
  for (const { from, is, text, says } of vectors.invalid.filter(({ text }) => isJson(text))) {
    it(`are refused: ${is} (${from})`, () => {
      const found = refusal(() => read(from, encode(JSON.parse(text))))
      expect(found).to.match(/^BAD_REQUEST: /)
      if (/^(?:request|subscribe|notify|cancel|credit|hello|ready|items|response|end|error)\b/.test(says!))
        expect(found).to.equal(`BAD_REQUEST: ${says}`)
    })
  }

  it('are refused when they are cut anywhere, or have more behind them', () => {
    const whole = encode([1, 0, ['request', 1, { at: new Date(0), list: [1n, 'ü'] }]], options)
    expect(read('client', whole)).to.have.length(3)
    for (let length = 0; length < whole.length; length++)
      expect(
        refusal(() => read('client', whole.subarray(0, length))),
        `${length}`,
      ).to.match(/^BAD_REQUEST: /)
    expect(refusal(() => read('client', Uint8Array.of(...whole, 0)))).to.match(/more than an array/)
    expect(refusal(() => server.parse('[0,0]', vectors.limits))).to.match(/^UNSUPPORTED_MEDIA_TYPE: /)
    expect(refusal(() => client.parse('[0,0]'))).to.match(/^BAD_REQUEST: /)
  })

  it('bring values to what their declared type says, whatever else is in the message', () => {
    const input = inputOf([
      'object',
      { id: 'bigint', at: 'date', 'name?': 'string', 'others?': ['map', 'number', 'bigint'] },
    ])
    const first = { id: 5, at: new Date(0), others: { 1: 2 } }
    const second = JSON.parse('{"id":"6","at":"1970-01-01T00:00:00.000Z","__proto__":{"polluted":true}}')
    const bytes = encode(
      [1, 0, ['request', 1, first], ['request', 2, second], ['notify', { id: 7n }]],
      options,
    )
    const [, , one, two, three] = read('client', bytes, input) as unknown[][]
    expect(one![2]).to.deep.equal({ id: '5', at: '1970-01-01T00:00:00.000Z', others: [['1', '2']] })
    expect(Object.getPrototypeOf(two![2])).to.equal(Object.prototype)
    expect(Object.entries(two![2] as object)).to.deep.include(['__proto__', { polluted: true }])
    expect(three![1]).to.deep.equal({ id: '7' })
  })

  it('carry handlers’ values natively, cut to what is declared', () => {
    const output: CompiledOutput = {
      check: () => true,
      stringify: JSON.stringify,
      table: () => [
        'object',
        { at: 'date', data: ['bytes', 'Uint8Array'], ids: ['map', 'string', 'bigint'] },
      ],
    }
    const value = { at: new Date(1), data: Uint8Array.of(1), ids: new Map([['a', 1n]]), secret: 1 }
    const packed = server.value(value, output)
    const sent = { at: new Date(1), data: Uint8Array.of(1), ids: [['a', 1n]] }
    const frames = [server.frameWith(['response', 3], packed), server.items(4, [packed, packed], [null, 'x'])]
    const bytes = server.message(2, 1, frames) as Uint8Array
    expect(decode(bytes, options)).to.deep.equal([
      2,
      1,
      ['response', 3, sent],
      ['items', 4, [sent, sent], [null, 'x']],
    ])
    expect(read('server', bytes)).to.deep.equal([
      2,
      1,
      ['response', 3, sent],
      ['items', 4, [sent, sent], [null, 'x']],
    ])
  })
})

describe('streams in MessagePack', () => {
  for (const { is, msgpack, records } of vectors.streamsMsgpack) {
    it(`are read alike wherever they are cut: ${is}`, () => {
      const bytes = Uint8Array.from(Buffer.from(msgpack, 'hex'))
      for (let cut = 0; cut <= bytes.length; cut++) {
        const decode = msgpackRecords(CLIENT_LIMITS.maxRecordLength)
        const found = [...decode(bytes.slice(0, cut)), ...decode(bytes.slice(cut))]
        expect(found.map(toVector), `cut at ${cut}`).to.deep.equal(records)
      }
    })
  }
})

function toVector(record: StreamRecord): unknown[] {
  if (record.kind === 'error') return ['error', record.error.code]
  const { kind, value } = record
  if (kind === 'end') return value === undefined ? [kind] : [kind, value]
  return record.id === undefined ? [kind, value] : [kind, value, record.id]
}
