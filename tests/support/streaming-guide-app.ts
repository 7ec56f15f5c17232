// fixtures/streaming-guide in → a compiled copy of it out, with its server side loaded and its client ready to be called.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { RpcError } from '@alien-rpc/service'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))
const fixture = join(root, 'fixtures/streaming-guide')

type User = { id: number; name: string; email: string }

/** The emitted client, as the guide's readers expect it. */
export interface GuideClient {
  streamData(): AsyncIterable<{ count: number; timestamp: number }>
  streamUsers(args?: object, options?: { signal?: AbortSignal }): AsyncIterable<User>
  streamWithErrors(): AsyncIterable<{ value: number } | { error: unknown }>
  processWithProgress(args: { items: string[] }): AsyncIterable<{ progress: object; result: object }>
  conditionalStream(args: { type: string }): AsyncIterable<{ index: number; type: string; timestamp: number }>
  transformedStream(): AsyncIterable<{ id: number; label: string; processed: boolean; processedAt: number }>
  multiplexedStream(): AsyncIterable<{ source: string; data: object; timestamp: number }>
  backpressureStream(): AsyncIterable<{ job: number }>
  memoryEfficientStream(): AsyncIterable<{ id: number; celsius: number }>
  resilientStream(): AsyncIterable<object>
  chatSocket(): Promise<GuideSocket>
  secureChat(options?: { headers?: Record<string, string> }): Promise<GuideSocket>
}

/** Both sockets of the guide; which of them has what is tested by their types. */
export interface GuideSocket {
  readonly connected: boolean
  notify(message: object): void
  request(request: object): Promise<unknown>
  subscribe(subscription: object): AsyncIterable<{ room: string; update: number }>
  on(event: 'connect' | 'disconnect', listener: () => void): () => void
  on(event: 'error', listener: (error: RpcError) => void): () => void
  close(): void
}

/** What src/app.ts exports. */
interface ServerSide {
  readonly routes: Readonly<Record<string, unknown>>
  readonly cursorCounters: { opened: number; open: number; rowsFetched: number }
  readonly externalService: { failuresAhead: number }
  readonly ROWS_PER_FETCH: number
  openCursors(): Promise<string[]>
  closeDatabase(): Promise<void>
}

interface ClientOptions {
  prefixUrl: string
  fetch?: typeof globalThis.fetch
  headers?: Record<string, string>
}

/** What the generated src/generated/client.ts exports. */
interface ClientModule {
  readonly RpcError: typeof RpcError
  createClient(options: ClientOptions): GuideClient
}

export interface GuideApp extends ServerSide, ClientModule {
  /** Of the copy. */
  readonly directory: string
  /** Runs a module of the client side, by its name, in a process of its own, against `url` in place of the guide's address. */
  runClient(module: string, url: string, call?: string): Promise<{ stdout: string; stderr: string }>
  /** The same of a module that never ends: until what it has printed is enough. */
  runClientUntil(module: string, url: string, isEnough: (stdout: string) => boolean): Promise<string>
  remove(): Promise<void>
}

/**
 * Compiles a copy with the real `tspc`. The guide imports without extensions, as one does before a bundler: esbuild joins
 * the modules that tspc wrote, and leaves packages alone.
 */
export async function buildStreamingGuide(): Promise<GuideApp> {
  await mkdir(join(root, '.build'), { recursive: true })
  const directory = await mkdtemp(join(root, '.build', 'streaming-guide-'))
  try {
    return await buildIn(directory)
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

async function buildIn(directory: string): Promise<GuideApp> {
  await cp(fixture, directory, {
    recursive: true,
    filter: source => !/^(?:dist|src\/generated)$/.test(relative(fixture, source)),
  })
  const compiled = await run([tspc(), '-p', directory, '--pretty', 'false'])
  if (compiled.code !== 0) throw new Error(`tspc ended with code ${compiled.code}:\n${compiled.stdout}`)

  const clients = [
    ...['client-side-json-streaming', 'client-error-handling'],
    ...['websocket-client-usage', 'websocket-connection-management'],
  ]
  await build({
    entryPoints: ['app', 'generated/client', ...clients].map(name => join(directory, 'dist', `${name}.js`)),
    outdir: join(directory, 'dist/bundle'),
    outbase: join(directory, 'dist'),
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  })
  const bundled = (name: string) => pathToFileURL(join(directory, 'dist/bundle', `${name}.js`)).href
  const server = (await import(bundled('app'))) as ServerSide
  const { createClient, RpcError } = (await import(bundled('generated/client'))) as ClientModule

  return {
    ...server,
    directory,
    createClient,
    RpcError,
    async runClient(module, url, call) {
      const code = call === undefined ? '' : `.then(exports => exports.${call}())`
      const child = await run(clientScript(bundled(module), code), { GUIDE_SERVER: url })
      if (child.code !== 0) throw new Error(`${module} ended with code ${child.code}:\n${child.stderr}`)
      return child
    },
    async runClientUntil(module, url, isEnough) {
      const { stdout, stderr } = await run(clientScript(bundled(module)), { GUIDE_SERVER: url }, isEnough)
      if (!isEnough(stdout)) throw new Error(`${module} ended too early:\n${stdout}${stderr}`)
      return stdout
    },
    async remove() {
      await server.closeDatabase()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function clientScript(url: string, code = ''): string[] {
  const redirect = new URL('redirect-client.mjs', import.meta.url).href
  const script = `await import(${JSON.stringify(url)})${code}`
  return ['--import', redirect, '--input-type=module', '-e', script]
}

function tspc(): string {
  return join(dirname(createRequire(import.meta.url).resolve('ts-patch/package.json')), 'bin/tspc.js')
}

/** A process that has printed enough is ended. */
async function run(
  args: string[],
  env: Record<string, string> = {},
  isEnough: (stdout: string) => boolean = () => false,
) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', chunk => {
      output[name] += chunk
      if (isEnough(output.stdout)) child.kill()
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}
