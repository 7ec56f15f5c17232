// Code as a user of the emitted client writes it in → what TypeScript's own checker says about it out.
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import ts from 'typescript'

const FOLDER = fileURLToPath(new URL('./types/', import.meta.url))

const EMITTED = `
import { chooseAnswer, createRpcClient, openSocket, openStream, socketNotify, socketRequest, socketSubscribe } from '../../runtime/src/client.ts'
import type { CallOptions, ClientOptions, ClientRoute, RequestOptions, RpcSocket, RpcStream, SubscribeOptions } from '../../runtime/src/client.ts'
interface ChatSocket extends RpcSocket {
  notify(message: { text: string }): void
  request(request: { type: 'join' }, options?: RequestOptions): Promise<{ room: string }>
  request(request: { type: 'leave' }, options?: RequestOptions): Promise<void>
  request(request: { type: 'join' } | { type: 'leave' }, options?: RequestOptions): Promise<{ room: string } | void>
  subscribe(subscription: string, options?: SubscribeOptions): RpcStream<Date, number>
}
interface Client {
  chat(options?: CallOptions): Promise<ChatSocket>
  room(args: { room: string }, options?: CallOptions): Promise<ChatSocket>
  count(args: { to: number }, options?: CallOptions): RpcStream<{ n: number }, string>
  feed(args?: {}, options?: CallOptions): RpcStream<Date>
}
const routes = {
  count: [openStream, 'GET /count'],
  feed: [openStream, 'GET /feed', { decode: (value: string) => new Date(value) }],
  chat: [openSocket, '/chat', { methods: { notify: [socketNotify], subscribe: [socketSubscribe, { decode: (value: string) => new Date(value) }] } }],
  room: [openSocket, '/rooms/:room', { methods: { request: [socketRequest, { variants: { key: 'type', answers: { join: {} } }, choose: chooseAnswer }] } }],
} satisfies Record<keyof Client, ClientRoute>
export function createClient(options: ClientOptions): Client { return createRpcClient<Client>(options, routes) }
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(proof?: T) => proof
const client = createClient({ prefixUrl: 'http://localhost' })
declare const chat: ChatSocket
`

/** What the checker says about each snippet, in one program: the libraries are read once. */
function complaints(snippets: readonly string[]): string[][] {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    types: [],
  }
  const texts = new Map(
    snippets.map((code, index) => [`${FOLDER}user-${index}.ts`, `${EMITTED}async function use() {${code}}`]),
  )
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = name => texts.has(name) || fileExists(name)
  host.getSourceFile = (name, ...rest) => {
    const text = texts.get(name)
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true)
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  return [...texts.keys()].map(name =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(d => ts.flattenDiagnosticMessageText(d.messageText, '\n')),
  )
}

const ACCEPTED = [
  [
    'a loop over a stream without await',
    'for await (const item of client.count({ to: 3 })) holds<Equal<typeof item, { n: number }>>()',
  ],
  [
    'done as what tells the return value from an item',
    `const result = await client.count({ to: 3 }).next()
       if (result.done) holds<Equal<typeof result.value, string>>()
       else holds<Equal<typeof result.value, { n: number }>>()`,
  ],
  [
    'yield*, which hands the return value on',
    `async function* again() {
         const end = yield* client.count({ to: 3 })
         holds<Equal<typeof end, string>>()
       }
       again()`,
  ],
  ['a stream as an AsyncIterable', 'const all: AsyncIterable<Date> = client.feed(); all'],
  [
    'return() without an argument, and with a return value',
    'await client.feed().return(); await client.count({ to: 1 }).return("x")',
  ],
  ['an async function of headers', 'createClient({ prefixUrl: "", headers: async () => ({ a: "b" }) })'],
  [
    'the options of a call',
    'client.feed({}, { signal: AbortSignal.timeout(5), timeout: 0, headers: { a: "b" }, lastEventId: "7" })',
  ],
  [
    "the platform's WebSocket, and every other option of sockets",
    `createClient({ prefixUrl: "", websocket: {
       WebSocket, reconnect: true, maxReconnectAttempts: 5, reconnectDelay: 1, maxReconnectDelay: 2,
       connectTimeout: 3, credit: 4, maxOutboxBytes: 5,
     } })`,
  ],
  [
    'sockets with and without path parameters, and options behind them',
    `const socket: ChatSocket = await client.chat({ timeout: 5 })
     const room: RpcSocket = await client.room({ room: 'a' }, { signal: AbortSignal.timeout(5) })
     room.close()
     socket.notify({ text: 'hi' })`,
  ],
  [
    'the answer of the variant that was sent',
    `holds<Equal<Awaited<ReturnType<typeof chat.request>>, { room: string } | void>>()
     const joined = await chat.request({ type: 'join' }, { timeout: 0, signal: AbortSignal.timeout(1) })
     holds<Equal<typeof joined, { room: string }>>()
     const left = await chat.request({ type: 'leave' })
     holds<Equal<typeof left, void>>()`,
  ],
  [
    'a loop over a subscription, and its options',
    `const onRestart = (id: string | undefined) => id
     for await (const item of chat.subscribe('x', { credit: 1, lastEventId: '7', onRestart })) {
       holds<Equal<typeof item, Date>>()
     }`,
  ],
  [
    'listeners, each with the detail of its event',
    `chat.on('connect', ({ resumed }) => holds<Equal<typeof resumed, boolean>>())
     chat.on('disconnect', ({ code, willReconnect }) => holds<Equal<[typeof code, typeof willReconnect], [number, boolean]>>())
     chat.on('reconnecting', ({ attempt, delay }) => attempt + delay)
     chat.on('connect', () => console.log('Connected'))
     const off = chat.on('error', error => console.error(error.code))
     off()`,
  ],
] as const

const REFUSED = [
  ['a missing prefixUrl', 'createClient({})', /prefixUrl/],
  ['an unknown option', 'createClient({ prefixUrl: "", retries: 3 })', /retries/],
  ['missing arguments', 'client.count()', /Expected 1-2 arguments/],
  ['a socket without its path parameters', 'await client.room()', /Expected 1-2 arguments/],
  ['an event that no socket has', "chat.on('message', () => {})", /'"message"'/],
  ['a listener for the detail of another event', "chat.on('error', ({ resumed }) => resumed)", /resumed/],
  ['a request that no variant takes', "chat.request({ type: 'kick' })", /No overload matches/],
  ['connected as something to be set', 'chat.connected = true', /read-only/],
  ['a stream in a synchronous loop', 'for (const item of client.feed()) item', /Symbol\.iterator/],
  [
    'an item taken for the return value',
    'const text: string = (await client.count({ to: 1 }).next()).value',
    /n: number/,
  ],
] as const

describe('client types', () => {
  let found: string[][]
  before(function () {
    this.timeout(120_000)
    found = complaints([...ACCEPTED, ...REFUSED].map(([, code]) => code))
  })

  for (const [index, [title]] of ACCEPTED.entries()) {
    it(`accept ${title}`, () => expect(found[index]).to.deep.equal([]))
  }
  for (const [index, [title, , text]] of REFUSED.entries()) {
    it(`refuse ${title}`, () => {
      const own = found[ACCEPTED.length + index]
      expect(own).to.have.length(1)
      expect(own![0]).to.match(text)
    })
  }
})
