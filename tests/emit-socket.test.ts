// Socket routes in → code of both ends out: run on values, and judged by TypeScript.
import { expect } from 'chai'
import type { ClientCodec, SocketDetails } from '../runtime/src/client/client-route.ts'
import { socketRequest } from '../runtime/src/client/socket-methods.ts'
import type { CompiledAnswer, CompiledCall, CompiledInput } from '../runtime/src/compiled-route.ts'
import { valueToInput } from '../runtime/src/server/value-to-input.ts'
import { valueToJson } from '../runtime/src/server/value-to-json.ts'
import { complaints } from './support/client-complaints.ts'
import { compileSockets, type SocketSource } from './support/source-to-socket.ts'
import { programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

const codecOf = ({ methods }: SocketDetails, name: string): ClientCodec => methods![name]![1]!

const CHAT = `import { route, type t } from '@alien-rpc/service'
  interface Join { type: 'join'; room: string }
  interface Send { type: 'send'; text: string & t.Format<'email'>; at: Date }
  interface Leave { type: 'leave' }
  interface Count { type: 'count' }
  type ChatRequest = Join | Send | Leave | Count
  interface Message { id: bigint; at: Date }
  declare const message: Message & { secret: string }
  async function* messages(): AsyncGenerator<Message, number> { yield message; return 1 }
  async function* names() { yield 'a' }
  /** Talk. */
  export const chat = route.ws('/rooms/:room', {
    async onMessage(message: { text: string; files?: Map<string, Uint8Array> }) {},
    async onRequest(request: ChatRequest): Promise<Message | { ok: boolean } | number | undefined> {
      switch (request.type) {
        case 'send': return message
        case 'join': return { ok: true }
        case 'count': return 1
        case 'leave': return
      }
    },
    async onSubscribe(subscription: { type: 'messages'; since: Date } | { type: 'names' }) {
      return subscription.type === 'messages' ? messages : names
    },
  })
  export const bare = route.ws('/bare', {})
  export const one = route.ws('/one', { onRequest(n: number) { return n } })
`
const BARE_HANDLERS = `import { route } from '@alien-rpc/service'
  export const it = route.ws('/it', {
    onMessage() {},
    onRequest: () => 'x',
    async *onSubscribe() { yield 1 },
  })
`
const AT = new Date('2026-05-04T10:00:00.000Z')
const PLACE = { route: 'WS /x', what: 'response', maxIssues: 5 }

describe('the spec of a socket', () => {
  let compiled: SocketSource
  before(() => {
    compiled = compileSockets(programOf, CHAT)
  })

  const input = (part: { input: CompiledInput } | undefined, value: unknown) =>
    valueToInput(value, part!.input, 'request', 5)
  const answerOf = (call: CompiledCall | undefined, variant: string): CompiledAnswer => {
    const { answers } = call!.variants!
    return Object.hasOwn(answers, variant) ? answers[variant]! : call!
  }
  const text = (value: unknown, { result }: CompiledAnswer) => valueToJson(value, result!, PLACE)

  it('has what the definition has, and nothing else', () => {
    const keys = Object.entries(compiled.specs).map(([name, spec]) => [name, ...Object.keys(spec)])
    expect(keys).to.deep.equal([
      ['bare', 'contract', 'name', 'output'],
      ['chat', 'contract', 'name', 'output', 'message', 'request', 'subscribe', 'formats'],
      ['one', 'contract', 'name', 'output', 'request'],
    ])
    expect(compiled.specs.chat).to.include({ contract: 1, name: 'chat', output: 'socket' })
    expect(compiled.specs.chat!.formats).to.deep.equal(['email'])
  })

  it('validates and decodes what a client sends', () => {
    const { message, request, subscribe } = compiled.specs.chat!
    expect(
      valueToInput({ text: 'a', files: [['b', 'AQI=']], extra: 1 }, message!, 'message', 5),
    ).to.deep.equal({
      text: 'a',
      files: new Map([['b', new Uint8Array([1, 2])]]),
    })
    expect(() => valueToInput({ text: 1 }, message!, 'message', 5)).to.throw('message.text: expected string')
    const send = { type: 'send', text: 'a@b.example', at: AT.toISOString(), extra: 1 }
    expect(input(request, send)).to.deep.equal({ type: 'send', text: 'a@b.example', at: AT })
    expect(() => input(request, { ...send, text: 'a' })).to.throw('request.text')
    expect(() => input(request, { type: 'shout' })).to.throw('request.type')
    expect(input(subscribe, { type: 'names', since: 'x' })).to.deep.equal({ type: 'names' })
    expect(() => input(compiled.specs.one!.request, '1')).to.throw('expected number')
  })

  it('checks and encodes what each variant is answered with', () => {
    const { request } = compiled.specs.chat!
    const sent = { id: 7n, at: AT, secret: 'x' }
    expect(text(sent, answerOf(request, 'send'))).to.equal(`{"id":"7","at":"${AT.toISOString()}"}`)
    expect(text({ ok: true, secret: 'x' }, answerOf(request, 'join'))).to.equal('{"ok":true}')
    expect(text(3, answerOf(request, 'count'))).to.equal('3')
    expect(() => text(3, answerOf(request, 'join'))).to.throw('does not match its declared type')
    expect(answerOf(request, 'leave')).to.not.have.any.keys('result', 'returns')
  })

  it('takes no value where a handler has no parameter', () => {
    const { specs } = compileSockets(programOf, BARE_HANDLERS)
    const { message, request, subscribe } = specs.it!
    for (const part of [message!, request!.input, subscribe!.input]) {
      expect(valueToInput(undefined, part, 'it', 5)).to.equal(undefined)
      for (const other of [null, 0, {}]) {
        expect(() => valueToInput(other, part, 'it', 5)).to.throw('it: expected undefined')
      }
    }
  })

  it('has items and return values of each subscription', () => {
    const { subscribe } = compiled.specs.chat!
    const ofMessages = answerOf(subscribe, 'messages')
    expect(text({ id: 7n, at: AT }, ofMessages)).to.match(/^\{"id":"7"/)
    expect(valueToJson(4, ofMessages.returns!, PLACE)).to.equal('4')
    expect(text('a', answerOf(subscribe, 'names'))).to.equal('"a"')
    expect(answerOf(subscribe, 'names').returns).to.equal(undefined)
  })

  it('says once what most variants are answered with', () => {
    const { specs } = compileSockets(
      programOf,
      `import { route } from '@alien-rpc/service'
      type Request = { type: 'a' | 'b' | 'c' } | { type: 'd' }
      export const it = route.ws('/it', { onRequest(request: Request) { return request.type === 'd' ? 1 : 'x' } })`,
    )
    const { request } = specs.it!
    expect(Object.keys(request!.variants!.answers)).to.deep.equal(['d'])
    expect(text('x', request!)).to.equal('"x"')
    expect(text(1, answerOf(request, 'd'))).to.equal('1')
  })

  it('takes variants with the names of inherited properties for what they are', () => {
    const { specs, entries } = compileSockets(
      programOf,
      `import { route } from '@alien-rpc/service'
      type Request = { type: '__proto__' } | { type: 'constructor' } | { type: 'x' }
      export const it = route.ws('/it', { onRequest(request: Request) {
        if (request.type === '__proto__') return new Date(0)
        return request.type === 'constructor' ? 1n : 'x'
      } })`,
    )
    const { request } = specs.it!
    expect(text(AT, answerOf(request, '__proto__'))).to.equal(JSON.stringify(AT))
    expect(Object.keys(request!.variants!.answers)).to.have.length(2)
    const { answers } = codecOf(entries.it!, 'request').variants!
    expect(Object.getPrototypeOf(answers)).to.equal(Object.prototype)
  })
})

describe('the client of a socket', () => {
  let compiled: SocketSource
  before(() => {
    compiled = compileSockets(programOf, CHAT)
  })

  it('has an interface with what each variant is answered with, and a method that opens it', () => {
    const { client } = compiled
    const declared = client.slice(client.indexOf('/** What `WS /bare`'), client.indexOf('\nfunction '))
    expect(declared).to.equal(`/** What \`WS /bare\` takes. */
export interface BareSocket extends RpcSocket {}

/** What \`WS /rooms/:room\` takes. */
export interface ChatSocket extends RpcSocket {
  notify(message: { text: string; files?: Map<string, Uint8Array> }): void
  request(request: Count, options?: RequestOptions): Promise<number>
  request(request: Join, options?: RequestOptions): Promise<{ ok: boolean }>
  request(request: Leave, options?: RequestOptions): Promise<void>
  request(request: Send, options?: RequestOptions): Promise<Message>
  request(request: ChatRequest, options?: RequestOptions): Promise<number | Message | { ok: boolean } | undefined>
  subscribe(subscription: { type: 'messages'; since: Date }, options?: SubscribeOptions): RpcStream<Message, number>
  subscribe(subscription: { type: 'names' }, options?: SubscribeOptions): RpcStream<string>
  subscribe(subscription: { type: 'messages'; since: Date } | { type: 'names' }, options?: SubscribeOptions): RpcStream<string | Message, number | undefined>
}

/** What \`WS /one\` takes. */
export interface OneSocket extends RpcSocket {
  request(request: number, options?: RequestOptions): Promise<number>
}

export interface Client {
  /** \`WS /bare\` */
  bare(options?: CallOptions): Promise<BareSocket>
  /**
   * Talk.
   *
   * \`WS /rooms/:room\`
   */
  chat(params: { room: string }, options?: CallOptions): Promise<ChatSocket>
  /** \`WS /one\` */
  one(options?: CallOptions): Promise<OneSocket>
}
`)
  })

  it('has an entry in the table of calls, with code for values only where they are more than JSON', () => {
    const { bare, chat, one } = compiled.entries
    expect(bare).to.deep.equal({})
    expect(Object.values(one!.methods!)).to.deep.equal([[socketRequest]])
    expect(compiled.client).to.include("  bare: [openSocket, '/bare'],\n")
    expect(chat!.methods).to.have.all.keys('notify', 'request', 'subscribe')
  })

  it('sends and decodes by the variant', () => {
    const chat = compiled.entries.chat!
    const [message, request, subscribe] = ['notify', 'request', 'subscribe'].map(name => codecOf(chat, name))
    const files = new Map([['b', new Uint8Array([1, 2])]])
    expect(message!.encode!({ text: 'a', files } as never)).to.deep.equal({
      text: 'a',
      files: [['b', 'AQI=']],
    })
    const decode = ({ variants, ...own }: ClientCodec, variant: string, value: unknown) => {
      const codec = Object.hasOwn(variants!.answers, variant) ? variants!.answers[variant]! : own
      return codec.decode ? codec.decode(value as never) : value
    }
    const json = () => ({ id: '7', at: AT.toISOString() })
    expect(decode(request!, 'send', json())).to.deep.equal({ id: 7n, at: AT })
    expect(decode(request!, 'join', { ok: true })).to.deep.equal({ ok: true })
    expect(decode(subscribe!, 'messages', json())).to.deep.equal({ id: 7n, at: AT })
    expect(decode(subscribe!, 'names', 'a')).to.equal('a')
  })

  it('imports what sockets need only where there are sockets', () => {
    const { client } = compileSockets(
      programOf,
      `import { route } from '@alien-rpc/service'\nexport const a = route.get('/a', () => 1)`,
    )
    expect(client).to.not.match(/[sS]ocket|RequestOptions|SubscribeOptions/)
    expect(compiled.client).to.match(/^import \{ .*\bopenSocket\b.* \} from '@alien-rpc\/service\/client'$/m)
  })

  it('passes the strictest settings of TypeScript, together and alone', () => {
    const { routes, program } = compiled
    const { types } = program.analysis
    expect(complaints(routes, types)).to.deep.equal([])
    for (const route of routes) expect(complaints([route], types), route.name).to.deep.equal([])
  }).timeout(60_000)

  it('is typed by the variant that is sent', () => {
    const usage = `
      import { createClient } from './client'
      import type { ChatRequest, ChatSocket } from './client'
      type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
      const holds = <T extends true>(proof?: T) => proof
      export async function use(any: ChatRequest): Promise<void> {
        const client = createClient({ prefixUrl: 'http://localhost', websocket: { reconnect: false, reconnectDelay: 10 } })
        const chat: ChatSocket = await client.chat({ room: 'a' }, { headers: { authorization: 'x' } })
        chat.notify({ text: 'a', files: new Map() })
        const joined = await chat.request({ type: 'join', room: 'a' }, { timeout: 100 })
        holds<Equal<typeof joined, { ok: boolean }>>()
        const sent = await chat.request({ type: 'send', text: 'a', at: new Date() })
        holds<Equal<typeof sent.id, bigint>>()
        const left = await chat.request({ type: 'leave' })
        holds<Equal<typeof left, void>>()
        const some = await chat.request(any)
        holds<Equal<typeof some, number | typeof sent | { ok: boolean } | undefined>>()
        for await (const message of chat.subscribe({ type: 'messages', since: new Date() }, { credit: 5 })) {
          holds<Equal<typeof message, typeof sent>>()
        }
        const step = await chat.subscribe({ type: 'names' }).next()
        if (!step.done) holds<Equal<typeof step.value, string>>()
        const off: () => void = chat.on('error', error => console.log(error.code))
        off()
        if (chat.connected) chat.close()
        // @ts-expect-error: the path has a parameter
        await client.chat()
        // @ts-expect-error: no such variant
        await chat.request({ type: 'shout' })
        // @ts-expect-error: what another variant has
        await chat.request({ type: 'join', text: 'a' })
        // @ts-expect-error: nothing is notified here
        ;(await client.one()).notify(1)
        // @ts-expect-error: nor subscribed
        ;(await client.one()).subscribe(1)
      }`
    const { routes, program } = compiled
    expect(complaints(routes, program.analysis.types, usage)).to.deep.equal([])
  }).timeout(60_000)

  it('is called without a value where a handler has no parameter', () => {
    const { routes, program, entries } = compileSockets(programOf, BARE_HANDLERS)
    expect(Object.values(entries.it!.methods!).map(([, codec]) => codec)).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ])
    const usage = `
      import { createClient } from './client'
      export async function use(): Promise<void> {
        const ws = await createClient({ prefixUrl: 'http://localhost' }).it()
        ws.notify()
        const text: string = await ws.request()
        for await (const n of ws.subscribe(undefined, { credit: 5 })) console.log(text, n.toFixed())
        for await (const n of ws.subscribe()) console.log(n.toFixed())
        // @ts-expect-error: it takes no value
        await ws.request(1)
      }`
    expect(complaints(routes, program.analysis.types, usage)).to.deep.equal([])
  }).timeout(60_000)

  it('gives way to names of the user, and numbers those of its own', () => {
    const { routes, program, client } = compileSockets(
      programOf,
      `import { route } from '@alien-rpc/service'
      interface RequestOptions { a: string }
      interface RpcSocket { b: string }
      interface ChatSocket { c: string }
      interface openSocket { d: string }
      type All = { one: RequestOptions; two: RpcSocket; three: ChatSocket; four: openSocket }
      export const chat = route.ws('/a', { onMessage(all: All) {} })
      export const chatSocket = route.ws('/b', { onRequest(all: All) { return all.three } })
      export const ChatSocket = route.ws('/c', { async *onSubscribe(all: All) { yield all.one } })`,
    )
    expect(complaints(routes, program.analysis.types)).to.deep.equal([])
    const names = [...client.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name)
    expect(new Set(names).size).to.equal(names.length)
    expect(names).to.include.members(['ChatSocket', 'RequestOptions2', 'RpcSocket2', 'openSocket2'])
    const methods = [...client.matchAll(/^ {2}(\w+)\(options.*Promise<(\w+)>$/gm)].map(it =>
      it.slice(1).join(),
    )
    expect(methods).to.deep.equal(['ChatSocket,ChatSocket2', 'chat,ChatSocket4', 'chatSocket,ChatSocket3'])
  }).timeout(60_000)

  it('is the same text whatever order the routes come in', () => {
    const reversed = compileSockets(programOf, reverseRoutes(CHAT))
    expect(reversed.client).to.equal(compiled.client)
  })
})

/** The same module with its exports in the other order. */
function reverseRoutes(source: string): string {
  const [head, ...routes] = source.split(/(?=^ {2}(?:\/\*\* Talk\. \*\/|export const (?!chat)))/m)
  return [head, ...routes.reverse()].join('')
}
