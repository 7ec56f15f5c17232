// fixtures/frames.json in → proof that every message is read, written or refused as it says; framing of values and hostile messages.
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import type { CompiledOutput } from '../runtime/src/compiled-route.ts'
import { RpcError } from '../runtime/src/errors.ts'
import { SessionLink } from '../runtime/src/server/session-link.ts'
import { jsonClientFraming, jsonFraming } from '../runtime/src/wire/json-framing.ts'
import { isDeeper } from '../runtime/src/wire/json-text.ts'
import { SERVER_LIMITS } from '../runtime/src/wire/limits.ts'
import { rawToClientFrame } from '../runtime/src/wire/raw-to-frame.ts'
import { CLIENT_FRAMES, SERVER_FRAMES } from '../runtime/src/wire/socket-frames.ts'
import { rawToServerFrame } from './support/raw-to-server-frame.ts'
import { runs } from './support/runs.ts'

interface Vectors {
  readonly limits: { readonly maxDepth: number; readonly maxFrames: number }
  readonly valid: readonly { from: Side; is: string; text: string; then: string }[]
  readonly invalid: readonly { from: Side; is: string; text: string; says: string }[]
  readonly sequences: readonly {
    from: Side
    is: string
    sent: number
    messages: string[]
    values: unknown[]
    says?: string
  }[]
}
type Side = 'client' | 'server'

const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/frames.json', import.meta.url), 'utf8'),
) as Vectors
const NO_LIMITS = { maxDepth: Number.POSITIVE_INFINITY, maxFrames: Number.POSITIVE_INFINITY }
const FRAMES = { client: CLIENT_FRAMES, server: SERVER_FRAMES }

/** A message's text as the other end reads it. */
function read(from: Side, text: string) {
  const parse = from === 'client' ? jsonFraming.parse : jsonClientFraming.parse
  const [number, acknowledged, ...raws] = parse(text, vectors.limits)
  const check = from === 'client' ? rawToClientFrame : rawToServerFrame
  return { number, acknowledged, frames: raws.map(raw => check(raw, number > 0)) }
}

/** `CODE: message` of what is thrown. */
function refusal(run: () => unknown): string {
  try {
    return `accepted: ${JSON.stringify(run())}`
  } catch (error) {
    // A client makes INTERNAL of whatever is thrown.
    if (error instanceof SyntaxError || error instanceof TypeError) return `BAD_REQUEST: ${error.message}`
    if (!(error instanceof RpcError)) throw error
    return `${error.code}: ${error.message}`
  }
}

describe('frames of a socket', () => {
  for (const { from, is, text } of vectors.valid) {
    it(`are read, and written the same: ${is} (${from})`, () => {
      const { number, acknowledged, frames } = read(from, text)
      expect([number, acknowledged, ...frames]).to.deep.equal(JSON.parse(text))
      const encoded = frames.map(frame => jsonFraming.frame(frame))
      expect(jsonFraming.message(number, acknowledged, encoded)).to.equal(text)
    })
  }

  for (const { from, is, text, says } of vectors.invalid) {
    it(`are refused with the place: ${is} (${from})`, () => {
      // A client leaves what is no message to JSON.parse.
      const expected = from === 'client' || says.startsWith('no frame') ? says : ''
      expect(refusal(() => read(from, text)).startsWith(`BAD_REQUEST: ${expected}`)).to.equal(true)
    })
  }

  for (const { from, is, sent, messages, values, says } of vectors.sequences) {
    it(`arrive once and in order: ${is} (${from})`, () => {
      const link = linkThatHasSent(sent)
      const arrived: unknown[] = []
      const failure = refusal(() => {
        for (const text of messages) {
          const frames = link.receive(jsonFraming.parse(text, NO_LIMITS), text.length)
          arrived.push(...frames.flatMap(([kind, value]) => (kind === 'notify' ? [value] : [])))
        }
        return 'all'
      })
      expect(arrived).to.deep.equal(values)
      expect(failure).to.equal(says === undefined ? 'accepted: "all"' : `BAD_REQUEST: ${says}`)
    })
  }

  it('have a valid and an invalid vector each', () => {
    for (const [from, kinds] of Object.entries(FRAMES)) {
      for (const kind of Object.keys(kinds)) {
        for (const list of [vectors.valid, vectors.invalid]) {
          const found = list.some(vector => vector.from === from && vector.text.includes(`["${kind}"`))
          expect(found, `${kind} of a ${from}`).to.equal(true)
        }
      }
    }
  })

  it('are told apart by direction: none of one side is taken from the other', () => {
    for (const { from, text } of vectors.valid.filter(({ text }) => text.includes('["'))) {
      const other = from === 'client' ? 'server' : 'client'
      expect(
        refusal(() => read(other, text)),
        text,
      ).to.match(/^BAD_REQUEST: (unknown kind of|no) frame/)
    }
  })

  it('never make anything but BAD_REQUEST of any text', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, 2, null, 'a', [], [1], {}))
    const kind = fc.constantFrom(...Object.keys(CLIENT_FRAMES), ...Object.keys(SERVER_FRAMES), '__proto__')
    const frame = fc.tuple(kind, fc.array(field, { maxLength: 5 })).map(([name, fields]) => [name, ...fields])
    const message = fc.tuple(fc.nat(3), fc.nat(3), frame).map(value => JSON.stringify(value))
    const side = fc.constantFrom<Side>('client', 'server')
    fc.assert(
      fc.property(side, fc.oneof(message, fc.json(), fc.string()), (from, text) => {
        expect(refusal(() => read(from, text))).to.match(/^(?:accepted|BAD_REQUEST): /)
      }),
      runs(2_000),
    )
  })
})

describe('JSON framing of sockets', () => {
  const identity: CompiledOutput = { check: () => true, stringify: JSON.stringify, table: () => 'unknown' }

  it('puts texts that were made before into frames', () => {
    const { frameWith, items, message } = jsonFraming
    expect(frameWith(['response', 3], '{"a":1}')).to.equal('["response",3,{"a":1}]')
    expect(items(4, ['1', '"b"'], undefined)).to.equal('["items",4,[1,"b"]]')
    expect(items(4, ['1', '"b"'], [null, 'x"y'])).to.equal('["items",4,[1,"b"],[null,"x\\"y"]]')
    expect(message(2, 9, ['["end",4]', '["drain"]'])).to.equal('[2,9,["end",4],["drain"]]')
    expect(message(0, 9, [])).to.equal('[0,9]')
  })

  it('leaves out what is undefined at the end, and only there', () => {
    expect(jsonFraming.frame(['request', 1, undefined])).to.equal('["request",1]')
    expect(jsonFraming.frame(['notify', undefined])).to.equal('["notify"]')
    expect(jsonFraming.frame(['subscribe', 1, 2, null, undefined])).to.equal('["subscribe",1,2,null]')
  })

  it('writes values as HTTP bodies have them', () => {
    const date = new Date('2026-01-02T03:04:05.678Z')
    expect(jsonFraming.value({ date }, identity)).to.equal('{"date":"2026-01-02T03:04:05.678Z"}')
    expect(jsonFraming.value(undefined, identity)).to.equal('null')
  })

  it('refuses what JSON would lose, with its place', () => {
    expect(() => jsonFraming.frame(['notify', { at: Number.NaN }])).to.throw(TypeError, '"at" cannot be NaN')
    expect(() => jsonFraming.frame(['notify', [new Date(Number.NaN)]])).to.throw(TypeError, 'Invalid Date')
    expect(() => jsonFraming.frame(['notify', 1n])).to.throw(TypeError)
    expect(() => jsonFraming.value(() => 1, identity)).to.throw(TypeError, 'without a JSON text')
  })

  it('refuses bytes', () => {
    const parse = () => jsonFraming.parse(new TextEncoder().encode('[0,0]'), NO_LIMITS)
    expect(refusal(parse)).to.equal('UNSUPPORTED_MEDIA_TYPE: the message must be text')
  })

  it('keeps __proto__ as data', () => {
    const [, , frame] = jsonFraming.parse('[1,0,["notify",{"__proto__":{"admin":true}}]]', NO_LIMITS)
    const value = frame![1] as Record<string, unknown>
    expect(Object.keys(value)).to.deep.equal(['__proto__'])
    expect(value.admin).to.equal(undefined)
  })
})

describe('depth of JSON', () => {
  it('is that of its brackets outside of strings', () => {
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? 1 + Math.max(0, ...Object.values(value as object).map(depth))
        : 0
    const value = fc.jsonValue({ maxDepth: 6, stringUnit: fc.constantFrom('[', '{', '"', '\\', ']', 'é') })
    fc.assert(
      fc.property(value, fc.nat(7), (json, limit) => {
        expect(isDeeper(JSON.stringify(json), limit)).to.equal(depth(json) > limit)
      }),
      runs(1_000),
    )
  })

  it('of a message is never looked at where the text is too short to have it', () => {
    const shortest = `${'['.repeat(4)}${']'.repeat(4)}`
    expect(isDeeper(shortest, 3)).to.equal(true)
    expect(isDeeper(shortest, 4)).to.equal(false)
  })
})

function linkThatHasSent(count: number): SessionLink {
  const link = new SessionLink({ framing: jsonFraming, limits: SERVER_LIMITS, endTurn: queueMicrotask })
  link.attach({ send() {} })
  link.resume(0)
  for (let index = 0; index < count; index++) {
    link.send(jsonFraming.frame(['credit', 1, 1]))
    link.flush()
  }
  return link
}
