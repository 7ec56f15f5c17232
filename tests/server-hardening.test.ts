// What a stranger can send that is small → what it may cost a server: time in proportion to it, and memory no more than its limits.
import { Readable } from 'node:stream'
import { expect } from 'chai'
import { readStream } from '../runtime/src/adapters/fetch-request-body.ts'
import { readRequestBody } from '../runtime/src/adapters/node-request-body.ts'
import type { TypeTable } from '../runtime/src/compiled-route.ts'
import { acceptToEncoding } from '../runtime/src/server/accept-to-encoding.ts'
import { acceptToBodyForm } from '../runtime/src/server/accept-to-format.ts'
import { bodyToValue } from '../runtime/src/server/body-to-value.ts'
import { isUrl } from '../runtime/src/validation/format-checks.ts'
import { tableToIssues } from '../runtime/src/validation/table-to-issues.ts'
import { SERVER_LIMITS } from '../runtime/src/wire/limits.ts'

/** Of the processor, in ms: what else runs on this machine does not count. The least of three. */
function timeOf(task: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const start = process.cpuUsage()
    task()
    return process.cpuUsage(start).user / 1_000
  })
  return Math.min(...times)
}

describe('headers full of space', () => {
  // Ten times what Node takes: with a time that grows by the square of it, 30 seconds and more.
  const space = ' '.repeat(160_000)

  it('are read as fast as others, where they say what a client takes', () => {
    expect(timeOf(() => acceptToBodyForm(`application/json;q=1${space}x`))).to.be.below(100)
    expect(timeOf(() => acceptToEncoding(`gzip;q=1${space}x`))).to.be.below(100)
    expect(timeOf(() => acceptToEncoding(`gzip;${space}q${space}=${space}1${space}`))).to.be.below(100)
  })

  it('are read as fast as others, where they say what a body is', () => {
    const refuse = (type: string) => () => {
      const input = { read: (value: unknown) => value, table: () => 'unknown' as const }
      const read = () => bodyToValue(Buffer.from('1'), { 'content-type': type }, input, SERVER_LIMITS)
      expect(read).to.throw('UTF-8')
    }
    expect(timeOf(refuse(`application/json; charset=x${space}y`))).to.be.below(100)
    expect(timeOf(refuse(`application/json; charset=${space}"x${space}`))).to.be.below(100)
  })
})

describe('a URL with a host longer than any', () => {
  // Marks that are to be put in order, one by one: half a minute for these.
  const host = `a${'\u0301'.repeat(60_000)}${'\u0323'.repeat(60_000)}`

  it('is refused before it is parsed, however it is written', () => {
    const texts = [
      'http://',
      'HTTPS:',
      ' wss:\\/',
      'h\ntt\tp://',
      'ftp://me:@',
      'http:////',
      'file://',
    ].flatMap(start => [`${start}${host}`, `${start}${host}/path?query`, `${start}${host}:80`])
    expect(timeOf(() => expect(texts.filter(isUrl)).to.deep.equal([]))).to.be.below(200)
  })

  it('is taken where it is long elsewhere, and where a name is as long as it may be', () => {
    const long = 'x'.repeat(100_000)
    const texts = [
      `https://host/${long}`,
      `https://host?${long}`,
      `https://host#${long}`,
      `https://user:${long}@host/`,
      `https://${'x'.repeat(1_024)}/${long}`,
      `data:text/plain,${long}`,
      `file:///${'x'.repeat(255)}/${long}`,
      `urn:${long}`,
    ]
    expect(texts.filter(text => !isUrl(text))).to.deep.equal([])
    expect(isUrl(`https://${'x'.repeat(1_025)}/`)).to.equal(false)
  })
})

describe('look-alike members that recur', () => {
  /** `type Rule = { next: Rule; x: string } | { next: Rule; y: string } | string`, of the second member at every level. */
  const rule = (depth: number): unknown => (depth === 0 ? 'end' : { next: rule(depth - 1), y: 'y' })
  const ruleTable = (): TypeTable => [
    'union',
    [['object', { next: ref, x: 'string' }], ['object', { next: ref, y: 'string' }], 'string'],
  ]
  const ref: TypeTable = ['ref', 'Rule', ruleTable]
  const options = { domain: 'json', root: 'args', maxIssues: 20 } as const

  it('are explained in a time in proportion to the value, and none that is right is called wrong', () => {
    // Each of the rules alone took 2 ** 15 looks.
    const rules = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`r${index}`, rule(15)]))
    const value = { ...rules, deep: rule(40), last: 7 }
    const issues = () => tableToIssues(value, ['object', {}, ref], options)
    expect(timeOf(() => issues())).to.be.below(500)
    expect(issues()).to.have.length(1)
    expect(issues()[0]).to.include({ path: 'args.last', received: '7' })
  })
})

describe('a body that comes byte by byte', () => {
  const SIZE = 200_000

  /** Bytes of the heap that are held when the last byte is asked for. */
  function oneByOne(): { chunks: Generator<Uint8Array>; held(): number } {
    const heap = () => {
      globalThis.gc!()
      return process.memoryUsage().heapUsed
    }
    let held = 0
    function* chunks(): Generator<Uint8Array> {
      const before = heap()
      for (let at = 0; at < SIZE; at++) yield Buffer.from('x')
      held = heap() - before
    }
    return { chunks: chunks(), held: () => held }
  }
  // A list of the chunks would hold 40 MB.
  const MOST = 8_000_000

  it('is not held as so many objects by Node', async () => {
    const { chunks, held } = oneByOne()
    const request = Object.assign(Readable.from(chunks, { objectMode: false }), {
      headers: {},
      httpVersionMajor: 1,
    })
    const owner = { onBodyStart() {}, onBodyRead() {}, onBodyRefused() {} }
    const bytes = await readRequestBody(request as never, SIZE, 60_000, owner)
    expect(bytes.byteLength).to.equal(SIZE)
    expect(held()).to.be.below(MOST)
  }).timeout(30_000)

  it('is not held as so many objects by others', async () => {
    const { chunks, held } = oneByOne()
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const { done, value } = chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    })
    const request = new Request('http://x/', { method: 'POST', body, duplex: 'half' } as RequestInit)
    const bytes = await readStream(request, SIZE, 60_000)
    expect(bytes.byteLength).to.equal(SIZE)
    expect(held()).to.be.below(MOST)
  }).timeout(30_000)
})
