// fixtures/values.json through JSON and MessagePack, over HTTP and over sockets: what arrives must be the same, at both ends.
import { expect } from 'chai'
import { WebSocket } from 'ws'
import type { WebSocketConstructor } from '../runtime/src/client/client-route.ts'
import { CORPUS, type CorpusApp, startCorpus } from './support/corpus-app.ts'
import { fromNotation, toNotation } from './support/corpus-notation.ts'

describe('the corpus in either framing', function () {
  this.timeout(60_000)
  let app: CorpusApp
  before('compile all types in one program', async () => {
    app = await startCorpus()
  })
  after(() => app.close())

  it('has routes for all types', () => {
    const names = CORPUS.flatMap((_, index) => [`result${index}`, `stream${index}`])
    expect(names.filter(name => !app.names.has(name))).to.deep.equal([])
    const taken = CORPUS.filter(
      (_, index) => app.names.has(`args${index}`) && app.names.has(`socket${index}`),
    )
    expect(taken.length).to.be.above(100)
  })

  it('travels in the framing that was asked for', async () => {
    const types: (string | null)[] = []
    const subprotocols: string[] = []
    class RecordingSocket extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        subprotocols.push(...protocols)
      }
    }
    const recordingFetch: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      types.push(new Headers(init?.headers).get('content-type'), answer.headers.get('content-type'))
      return answer
    }
    app.give = 'x'
    for (const framing of ['json', 'msgpack'] as const) {
      const websocket = { WebSocket: RecordingSocket as unknown as WebSocketConstructor }
      const client = app.client({ framing, fetch: recordingFetch, websocket })
      const index = CORPUS.findIndex(({ type }) => type === 'string')
      await client[`args${index}`]!({ value: 'x' })
      for await (const item of client[`stream${index}`]!()) expect(item).to.deep.equal({ value: 'x' })
      ;(await client[`socket${index}`]!()).close()
    }
    const [json, sequence, msgpack] = ['application/json', 'application/json-seq', 'application/vnd.msgpack']
    expect(types).to.deep.equal([json, null, null, sequence, msgpack, null, null, msgpack])
    expect(subprotocols).to.deep.equal(['alien-rpc.v1.json', 'alien-rpc.v1.msgpack'])
  })

  for (const framing of ['json', 'msgpack'] as const) {
    describe(framing, () => {
      for (const [index, { type, accept }] of CORPUS.entries()) {
        it(`brings values of ${type} to the handler and back`, async () => {
          const client = app.client({ framing })
          for (const notation of accept) {
            if (app.names.has(`args${index}`)) {
              await client[`args${index}`]!({ value: fromNotation(notation) })
              expect(toNotation(app.received), 'received by the handler').to.deep.equal(notation)
            }
            app.give = fromNotation(notation)
            const result = await client[`result${index}`]!()
            expect(toNotation(result.value), 'received by the client').to.deep.equal(notation)
            const stream = client[`stream${index}`]!()
            const steps = [await stream.next(), await stream.next()]
            expect(steps.map(step => toNotation(step.value.value))).to.deep.equal([notation, notation])
          }
        })

        it(`brings values of ${type} through a socket and back`, async () => {
          if (!app.names.has(`socket${index}`)) return
          const socket = await app.client({ framing })[`socket${index}` as `socket${number}`]!()
          for (const notation of accept) {
            const value = fromNotation(notation)
            app.give = value
            const result = await socket.request({ value })
            expect(toNotation(app.received), 'received by onRequest').to.deep.equal(notation)
            expect(toNotation(result.value), 'received by the client').to.deep.equal(notation)
            app.received = undefined
            const stream = socket.subscribe({ value })
            const steps = [await stream.next(), await stream.next()]
            expect(toNotation(app.received), 'received by onSubscribe').to.deep.equal(notation)
            expect(steps.map(step => toNotation(step.value.value))).to.deep.equal([notation, notation])
          }
          socket.close()
        })
      }
    })
  }
})
