// A module of JavaScript in → it, bundled as for Cloudflare's Workers and served by their runtime, with its URL and what it logs, out.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)

export interface Worker {
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

/** The package of this machine brings the executable: nothing has to be run at its installation. */
function findExecutable(): string {
  const scope = dirname(dirname(require.resolve('workerd/package.json')))
  const [name = ''] = readdirSync(join(scope, '@cloudflare')).filter(it => it.startsWith('workerd-'))
  return join(scope, '@cloudflare', name, 'bin/workerd')
}

/** As wrangler does it: no module of Node's may be left. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** `flags` are those of wrangler.toml. Nothing is served to others than this machine. */
export async function startWorker(
  folder: string,
  entry: string,
  date: string,
  flags: readonly string[],
): Promise<Worker> {
  writeFileSync(join(folder, 'bundle.js'), await bundle(join(folder, entry)))
  const config = join(folder, 'workerd.capnp')
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "bundle.js", esModule = embed "bundle.js")],
  compatibilityDate = ${JSON.stringify(date)},
  compatibilityFlags = ${JSON.stringify(flags)}
);
`,
  )
  const child = spawn(findExecutable(), ['serve', config, '--control-fd=1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await listening(child)
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const ended = once(child, 'exit')
      if (child.kill()) await ended
    },
  }
}

/** It says so in a line of JSON. */
async function listening(child: ChildProcess): Promise<number> {
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  for (;;) {
    const [, port] = /"port":(\d+)\}\n/.exec(text) ?? []
    if (port !== undefined) return Number(port)
    if (child.exitCode !== null) throw new Error(`workerd ended: ${text}`)
    await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')])
  }
}
