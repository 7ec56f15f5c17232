// fixtures/values.json in → a server and a client of its own routes, which take and give values of each type, out.
import { readFileSync } from 'node:fs'
import type { ClientOptions } from '../../runtime/src/client/client-route.ts'
import type { ClientRoutes } from '../../runtime/src/client/client-table.ts'
import { createRpcClient } from '../../runtime/src/client/create-client.ts'
import type { CompiledRoute, CompiledSocket } from '../../runtime/src/compiled-route.ts'
import { compiledRoute } from '../../runtime/src/generated.ts'
import { type Server, serve } from '../../runtime/src/node.ts'
import { route } from '../../runtime/src/route.ts'
import type { Route, SocketRoute } from '../../runtime/src/route-types.ts'
import { withRows } from '../../transformer/src/emit/route-to-rows.ts'
import { loadPacking } from './scripted-server.ts'
import { runClientModule, runServerCode } from './type-models.ts'
import { programFactory } from './virtual-program.ts'

export interface CorpusEntry {
  readonly type: string
  readonly declarations?: string
  readonly strict?: true
  /** In the notation of corpus-notation.ts. */
  readonly accept: readonly unknown[]
}

export const CORPUS: readonly CorpusEntry[] = JSON.parse(
  readFileSync(new URL('../../fixtures/values.json', import.meta.url), 'utf8'),
)

type Value = { value: unknown }
interface CorpusSocket {
  request(request: Value): Promise<Value>
  subscribe(subscription: Value): AsyncIterableIterator<Value, Value>
  close(): void
}
type CorpusClient = Record<string, (args?: Value) => Promise<Value>> &
  Record<`stream${number}`, () => AsyncIterableIterator<Value, Value>> &
  Record<`socket${number}`, () => Promise<CorpusSocket>>

export interface CorpusApp {
  readonly url: string
  /** Names of the routes there are: types with methods have no `args…`. */
  readonly names: ReadonlySet<string>
  /** What the last `args…` or call of a `socket…` was called with. */
  received: unknown
  /** What every `result…` gives, and every `stream…` and subscription yields and returns. */
  give: unknown
  client(options: Omit<ClientOptions, 'prefixUrl'>): CorpusClient
  close(): Promise<void>
}

/** Routes are `args0`, `result0`, `stream0` and `socket0` of the first entry, and so on; `hasRows`: compiled with the option `msgpack`. */
export async function startCorpus(hasRows = false): Promise<CorpusApp> {
  const { server: specs, client: clientRoutes } = compile(hasRows)
  const state: { received: unknown; give: unknown } = { received: undefined, give: undefined }
  const handlers = {
    args: (args: Value) => {
      state.received = args.value
    },
    result: () => ({ value: state.give }),
    stream: async function* () {
      yield { value: state.give }
      return { value: state.give }
    },
  }
  const socket = {
    onRequest(request: Value) {
      state.received = request.value
      return { value: state.give }
    },
    onSubscribe(subscription: Value) {
      state.received = subscription.value
      return handlers.stream()
    },
  }
  const declare = route.post as unknown as (...args: unknown[]) => Route
  const declareSocket = route.ws as unknown as (...args: unknown[]) => SocketRoute
  const routes = Object.entries(specs).map(([name, spec]) => {
    if (spec.output === 'socket') return declareSocket(`/${name}`, socket, compiledRoute(spec))
    const handler = handlers[name.replace(/\d+$/, '') as keyof typeof handlers]
    return declare(`/${name}`, handler, compiledRoute(spec))
  })
  const server: Server = await serve(routes)
  return Object.assign(state, {
    url: server.url,
    names: new Set(Object.keys(specs)),
    client: (options: Omit<ClientOptions, 'prefixUrl'>) =>
      createRpcClient<CorpusClient>(
        { prefixUrl: server.url, retry: { attempts: 0 }, ...options },
        clientRoutes,
        loadPacking,
      ),
    close: () => server.close({ deadline: 0 }),
  })
}

function compile(hasRows: boolean): {
  server: Record<string, CompiledRoute | CompiledSocket>
  client: ClientRoutes
} {
  const files = CORPUS.flatMap(({ type, declarations = '', strict }, index) => {
    const options = strict ? '{ strict: true }, ' : ''
    const declared = (name: string, handler: string, method = 'post') => [
      `${name}${index}.ts`,
      `import { route } from '@alien-rpc/service'
      import type { T } from './type${index}'
      export const ${name}${index} = route.${method}('/${name}${index}', ${method === 'ws' ? '' : options}${handler})`,
    ]
    return [
      [`type${index}.ts`, `import { t } from '@alien-rpc/service'\n${declarations}\nexport type T = ${type}`],
      declared('args', '(args: { value: T }) => {}'),
      declared('result', '(): { value: T } => { throw new Error() }'),
      declared(
        'stream',
        'async function* (): AsyncGenerator<{ value: T }, { value: T }> { throw new Error() }',
      ),
      declared(
        'socket',
        `{
          onRequest(request: { value: T }): { value: T } { throw new Error() },
          async *onSubscribe(subscription: { value: T }): AsyncGenerator<{ value: T }, { value: T }> { throw new Error() },
        }`,
        'ws',
      ),
    ]
  })
  const { analysis } = programFactory()(Object.fromEntries(files))
  const found = [...analysis.routes, ...analysis.sockets]
  const all = hasRows ? withRows(found, analysis.types) : found
  const { table } = runClientModule(all, analysis.types)
  const server = runServerCode(all, analysis.types) as unknown as ReturnType<typeof compile>['server']
  return { server, client: table }
}
