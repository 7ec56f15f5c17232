// fixtures/values.json in → a server and a client of its own routes, one that takes and one that gives values of each type, out.
import { readFileSync } from 'node:fs'
import type { ClientOptions, ClientRoutes } from '../../runtime/src/client/client-route.ts'
import { createRpcClient } from '../../runtime/src/client/create-client.ts'
import type { CompiledRoute } from '../../runtime/src/compiled-route.ts'
import { compiledRoute } from '../../runtime/src/generated.ts'
import { type Server, serve } from '../../runtime/src/node.ts'
import { route } from '../../runtime/src/route.ts'
import type { Route } from '../../runtime/src/route-types.ts'
import { runRoutes } from './judge-compile.ts'
import { runClientModule } from './type-models.ts'
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
type CorpusClient = Record<string, (args?: Value) => Promise<Value>> &
  Record<`stream${number}`, () => AsyncIterableIterator<Value, Value>>

export interface CorpusApp {
  readonly url: string
  /** Names of the routes there are: types with methods have no `args…`. */
  readonly names: ReadonlySet<string>
  /** What the last `args…` was called with. */
  readonly received: unknown
  /** What every `result…` gives, and every `stream…` yields and returns. */
  give: unknown
  client(options: Omit<ClientOptions, 'prefixUrl'>): CorpusClient
  close(): Promise<void>
}

/** Routes are `args0`, `result0` and `stream0` of the first entry, and so on. */
export async function startCorpus(): Promise<CorpusApp> {
  const { server: specs, client: clientRoutes } = compile()
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
  const declare = route.post as unknown as (...args: unknown[]) => Route
  const routes = Object.entries(specs).map(([name, spec]) => {
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
      ),
    close: () => server.close({ deadline: 0 }),
  })
}

function compile(): { server: Record<string, CompiledRoute>; client: ClientRoutes } {
  const files = CORPUS.flatMap(({ type, declarations = '', strict }, index) => {
    const options = strict ? '{ strict: true }, ' : ''
    const declared = (name: string, handler: string) => [
      `${name}${index}.ts`,
      `import { route } from '@alien-rpc/service'
      import type { T } from './type${index}'
      export const ${name}${index} = route.post('/${name}${index}', ${options}${handler})`,
    ]
    return [
      [`type${index}.ts`, `import { t } from '@alien-rpc/service'\n${declarations}\nexport type T = ${type}`],
      declared('args', '(args: { value: T }) => {}'),
      declared('result', '(): { value: T } => { throw new Error() }'),
      declared(
        'stream',
        'async function* (): AsyncGenerator<{ value: T }, { value: T }> { throw new Error() }',
      ),
    ]
  })
  const { analysis } = programFactory()(Object.fromEntries(files))
  const { routes } = runClientModule(analysis.routes, analysis.types)
  return { server: runRoutes(analysis), client: routes as unknown as ClientRoutes }
}
