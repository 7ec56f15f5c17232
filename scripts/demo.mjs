// fixtures/demo in → a tour in the terminal out: compiled by the real tspc, served on a free port, called by its own client.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The tour takes ten seconds, more on a busy machine. Whatever hangs is ended then, in ms. */
const DEADLINE = 120_000

const root = fileURLToPath(new URL('..', import.meta.url))
const tspc = join(dirname(createRequire(import.meta.url).resolve('ts-patch/package.json')), 'bin/tspc.js')
const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR
const paint = (code, text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text)
const deadline = AbortSignal.timeout(DEADLINE)
const interrupted = new AbortController()
const signal = AbortSignal.any([deadline, interrupted.signal])

for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => interrupted.abort())

try {
  const started = performance.now()
  await tour()
  console.log(`\n${paint(32, '✓')} That was the demo: ${seconds(started)}. Its source is in fixtures/demo.`)
} catch (error) {
  process.exitCode = 1
  console.error(`\n${paint(31, 'The demo failed:')} ${reason(error)}`)
}

async function tour() {
  for (const name of ['runtime/dist/index.js', 'transformer/dist/index.cjs']) {
    if (!existsSync(join(root, name)))
      throw new Error(`${name} is missing. Run "npm install" or "npm run build" first.`)
  }
  await mkdir(join(root, '.build'), { recursive: true })
  // Inside the repository, where packages are found; a copy, so that the source stays as it was cloned.
  const app = await mkdtemp(join(root, '.build', `demo-${process.pid}-`))
  try {
    await cp(join(root, 'fixtures/demo'), app, {
      recursive: true,
      filter: source => !/^(?:dist|src\/generated)$/.test(relative(join(root, 'fixtures/demo'), source)),
    })
    console.log(paint(1, 'Alien RPC: plain TypeScript types become validated handlers and a typed client.'))
    await compile(app)
    await serveWhile(app, () => showMistakes(app))
  } finally {
    await rm(app, { recursive: true, force: true })
  }
}

async function compile(app) {
  heading('Compile', 'tspc -p fixtures/demo')
  const started = performance.now()
  const { code, output } = await runCompiler(app, ['-p', '.'])
  if (code !== 0) throw new Error(`tspc ended with code ${code}:\n${output}`)
  print(`${paint(32, '✓')} ${seconds(started)}. From src/routes.ts came the client, src/generated/client.ts:`)
  const client = await readFile(join(app, 'src/generated/client.ts'), 'utf8')
  for (const line of client.match(/^export interface Client \{\n[\s\S]*?^\}/m)?.[0].split('\n') ?? []) {
    if (!/^ *(?:\/\*|\*)/.test(line)) print(paint(36, `  ${line}`))
  }
}

/** PostgreSQL takes a moment to start, and the compiler has something to show meanwhile. */
async function serveWhile(app, meanwhile) {
  const started = performance.now()
  const server = start(['dist/server.js'], {
    cwd: app,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0' },
  })
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  try {
    await meanwhile()
    heading('Serve', 'node dist/server.js')
    const url = await lineAfter(lines, 'listening on ')
    print(`${paint(32, '✓')} ${url}, with 100,000 orders in an embedded PostgreSQL, ${seconds(started)}`)
    await callServer(app, url)
    print(paint(33, `server │ ${await lineAfter(lines, '')}`))
  } finally {
    await stop(server)
  }
}

async function callServer(app, url) {
  const client = start(['dist/client.js', url], { cwd: app, stdio: 'inherit' })
  const [code] = await once(client, 'exit', { signal })
  if (code !== 0) throw new Error(`the client ended with code ${code}`)
}

/** Ends the server as a process manager would; it has a second to finish what it is doing. */
async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exit = once(server, 'exit')
  server.kill('SIGTERM')
  const [code, killedBy] = await exit
  if (code !== 0)
    throw new Error(`the server did not close by itself, it ended with ${killedBy ?? `code ${code}`}`)
}

async function showMistakes(app) {
  heading('Routes that cannot work', 'tspc -p fixtures/demo/mistakes')
  const { code, output } = await runCompiler(app, ['-p', 'mistakes', '--pretty', String(coloured)])
  if (code === 0 || !output.includes('mistakes/routes.ts'))
    throw new Error(`tspc did not point at the mistakes:\n${output}`)
  for (const line of output.trimEnd().split('\n')) print(line)
}

async function runCompiler(cwd, options) {
  const child = start([tspc, ...options], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => chunks.push(chunk))
  const [code] = await once(child, 'close', { signal })
  return { code, output: Buffer.concat(chunks).toString() }
}

/** A child that the deadline and Ctrl-C end too. */
function start(args, options) {
  const child = spawn(process.execPath, args, { ...options, signal })
  child.on('error', error => {
    if (error.name !== 'AbortError') console.error(error.message)
  })
  return child
}

/** What follows `prefix` in the next line of a child that starts with it. */
async function lineAfter(lines, prefix) {
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    if (next.value.startsWith(prefix)) return next.value.slice(prefix.length)
  }
  throw new Error(`the server ended before it said "${prefix}…"`)
}

function heading(title, command) {
  console.log(`\n${paint(1, title)}\n  ${paint(90, '$')} ${paint(36, command)}`)
}

function print(text) {
  console.log(`  ${text}`)
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}

function reason(error) {
  if (deadline.aborted) return `it was not done after ${DEADLINE / 1000} s`
  if (interrupted.signal.aborted) return 'interrupted'
  return error instanceof Error ? error.message : String(error)
}
