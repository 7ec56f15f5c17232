// Streams over real sockets, read by curl, an EventSource and a bare socket: chunks, pace, leaving and neighbours.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { EventSource } from 'eventsource'
import { type ServeOptions, type Server, serve } from '../runtime/src/adapters/node-server.ts'
import { compiledRoute, route } from '../runtime/src/route.ts'
import { tracked } from '../runtime/src/tracked.ts'
import { jsonSeqRecords, type StreamRecord } from './support/decoded-records.ts'
import { streamRoute } from './support/stream-script.ts'
import { until } from './support/until.ts'

const run = promisify(execFile)
const servers: Server[] = []

/** Serves one stream at `/`. */
async function serveStream(
  handler: (args: never, context: never) => AsyncIterable<unknown>,
  options: ServeOptions = {},
): Promise<Server> {
  const compiled = compiledRoute({ ...streamRoute(), args: undefined as never })
  const declare = route.get as unknown as (...args: unknown[]) => never
  const server = await serve([declare('/', handler, compiled)], options)
  servers.push(server)
  return server
}

async function open(server: Server, accept: string): Promise<IncomingMessage> {
  const request = http.get(server.url, { headers: { accept }, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

/** Every HTTP chunk of a body as it was framed on the wire (RFC 9112, section 7.1): one for each write of the server. */
async function rawChunks(server: Server): Promise<string[]> {
  const socket = connect(server.port, '127.0.0.1')
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  let text = ''
  for await (const part of socket.setEncoding('latin1')) text += part
  let rest = text.slice(text.indexOf('\r\n\r\n') + 4)
  const chunks: string[] = []
  for (;;) {
    const lineEnd = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.slice(0, lineEnd), 16)
    if (Number.isNaN(size)) throw new Error(`the body was cut: ${text}`)
    if (size === 0) return chunks
    chunks.push(rest.slice(lineEnd + 2, lineEnd + 2 + size))
    rest = rest.slice(lineEnd + 2 + size + 2)
  }
}

/** A generator that waits for `gate` before its second part. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}

describe('a stream over a socket', () => {
  afterEach(async () => {
    await Promise.all(servers.splice(0).map(server => server.close({ deadline: 0 })))
  })

  it('leaves in one chunk for each turn of the event loop', async () => {
    const server = await serveStream(async function* () {
      yield 1
      yield 2
      await new Promise(resolve => setTimeout(resolve, 5))
      yield 3
      yield 4
      return 5
    })
    expect(await rawChunks(server)).to.deep.equal(['1\n2\n', '3\n4\n{"$":"end","value":5}\n'])
  })

  it('sends its head before the first item, and an item as soon as it is there', async () => {
    const first = gate()
    const second = gate()
    const server = await serveStream(async function* () {
      await first.opened
      yield 'a'
      await second.opened
      yield 'b'
    })
    const response = await open(server, 'application/json-seq')
    expect(response.headers['content-type']).to.equal('application/json-seq')
    first.open()
    const [chunk] = await once(response, 'data')
    expect(String(chunk)).to.equal('\x1e"a"\n')
    second.open()
    await once(response, 'end')
  })

  it('is NDJSON that curl prints line by line, ready for JSON.parse', async () => {
    const server = await serveStream(async function* () {
      yield { text: 'é\n\x1e' }
      yield { $: 'end' }
    })
    const { stdout } = await run('curl', ['--silent', '--no-buffer', '--noproxy', '*', server.url])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line))).to.deep.equal([
      { text: 'é\n\x1e' },
      { $: 'item', value: { $: 'end' } },
      { $: 'end' },
    ])
  })

  it('is read by an EventSource, with ids, and with the return value in its end event', async () => {
    const server = await serveStream(async function* () {
      yield tracked('1', { text: 'a\nb' })
      yield tracked('2', 'event: end')
      return 'done'
    })
    const source = new EventSource(server.url)
    const messages: unknown[] = []
    source.addEventListener('message', event => messages.push([event.lastEventId, JSON.parse(event.data)]))
    const [end] = await new Promise<[MessageEvent]>(resolve => {
      source.addEventListener('end', (...args) => resolve(args as [MessageEvent]))
    })
    expect(JSON.parse(end.data)).to.deep.equal({ value: 'done' })
    source.close()
    expect(messages).to.deep.equal([
      ['1', { text: 'a\nb' }],
      ['2', 'event: end'],
    ])
  })

  it('runs finally when the connection breaks, also of a generator that waits for its signal', async () => {
    let finallyRuns = 0
    const server = await serveStream(async function* (_: unknown, context: { signal: AbortSignal }) {
      try {
        yield 1
        await once(context.signal, 'abort')
      } finally {
        finallyRuns++
      }
    } as never)
    const response = await open(server, '*/*')
    await once(response, 'data')
    response.destroy()
    await until('the generator to end', () => finallyRuns === 1)
  })

  it('stops pulling while its reader does not read, and loses nothing', async () => {
    let pulled = 0
    const total = 600
    const server = await serveStream(async function* () {
      for (; pulled < total; pulled++) yield `${pulled}:${'x'.repeat(65_536)}`
    })
    const response = await open(server, 'application/json-seq')
    response.pause()
    let last = -1
    let same = 0
    await until('the generator to stand still', () => {
      same = pulled === last ? same + 1 : 0
      last = pulled
      return same > 40
    })
    expect(pulled).to.be.below(total)
    const decode = jsonSeqRecords()
    const records: StreamRecord[] = []
    for await (const text of response.setEncoding('utf8')) records.push(...decode(text))
    const numbers = records.map(record =>
      record.kind === 'item' ? Number.parseInt(String(record.value), 10) : 'end',
    )
    expect(numbers).to.deep.equal([...Array(total).keys(), 'end'])
  })

  it('lets its neighbours run between its batches, though its items are always ready', async () => {
    let items = 0
    const itemsInTurn: number[] = []
    const server = await serveStream(
      async function* () {
        for (; items < 300_000; items++) yield 1_000_000 + items
      },
      { limits: { streamBatchBytes: 16_384 } },
    )
    const response = await open(server, 'application/json-seq')
    response.resume()
    let before = items
    let reading = true
    const tick = () => {
      itemsInTurn.push(items - before)
      before = items
      if (reading) setImmediate(tick)
    }
    setImmediate(tick)
    await once(response, 'end')
    reading = false
    expect(items).to.equal(300_000)
    // Seven digits, RS and LF. One batch in a turn; two where our own task comes first in one and last in the next.
    const batch = Math.ceil(16_384 / 9)
    expect(Math.max(...itemsInTurn)).to.be.at.most(2 * batch)
  })

  it('shares the event loop with other streams batch by batch', async () => {
    const batch = Math.ceil(16_384 / 9)
    let items = 0
    const server = await serveStream(
      async function* () {
        for (let n = 0; n < 20 * batch; n++) {
          items++
          yield 1_000_000 + n
        }
      },
      { limits: { streamBatchBytes: 16_384 } },
    )
    const responses = await Promise.all(Array.from({ length: 8 }, () => open(server, 'application/json-seq')))
    let most = 0
    let before = items
    let reading = true
    const tick = () => {
      most = Math.max(most, items - before)
      before = items
      if (reading) setImmediate(tick)
    }
    setImmediate(tick)
    await Promise.all(responses.map(response => once(response.resume(), 'end')))
    reading = false
    expect(items).to.equal(8 * 20 * batch)
    expect(most).to.be.at.most(2 * batch)
  })
})
