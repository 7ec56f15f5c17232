// Sources of the three packages in → runtime/dist (tsc), transformer/dist with its command line and plugins, and tsserver-plugin/dist (esbuild) out.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

const TRANSFORMER_TYPES = `import type ts from 'typescript'

/** The program transformer that ts-patch calls: \`{ "transform": "@alien-rpc/transformer", "transformProgram": true }\`. */
declare function transformProgram(
  program: ts.Program,
  host: ts.CompilerHost | undefined,
  config: object,
  extras: { readonly ts: typeof ts },
): ts.Program
export = transformProgram
`

/** What each bundler calls a plugin. */
const BUNDLERS = {
  vite: ['Plugin', 'vite'],
  rollup: ['Plugin', 'rollup'],
  rolldown: ['Plugin', 'rolldown'],
  esbuild: ['Plugin', 'esbuild'],
  webpack: ['WebpackPluginInstance', 'webpack'],
  rspack: ['RspackPluginInstance', '@rspack/core'],
}

const bundlerTypes = ([plugin, name]) => `import type { ${plugin} } from '${name}'

export interface AlienRpcOptions {
  /** The tsconfig of the routes, with the entry that names the client. Default \`tsconfig.json\`. Relative to Vite's root, elsewhere to the current folder. */
  readonly tsconfig?: string
}

/** Compiles routes: their modules get validators, the client is written, and what is wrong with them are errors of the build. */
export declare function alienRpc(options?: AlienRpcOptions): ${plugin}
`

const NEXT_TYPES = `import type { AlienRpcOptions } from './webpack.mjs'

/** Compiles routes in \`next build\` and \`next dev\`, by Turbopack and webpack: \`export default withAlienRpc({ … })\` in next.config.ts. */
export declare function withAlienRpc<Config extends object>(config: Config, options?: AlienRpcOptions): Config
`

/** Every step runs even when another fails, so that one broken package does not hide the state of the others. */
const steps = {
  runtime: buildRuntime,
  transformer: () => bundle('transformer', TRANSFORMER_TYPES),
  'command line': bundleCommandLine,
  bundlers: bundleBundlers,
  'Node hooks': bundleNodeHooks,
  'tsserver-plugin': () => bundle('tsserver-plugin'),
}

const started = performance.now()
const results = await Promise.allSettled(Object.values(steps).map(step => step()))
for (const [index, name] of Object.keys(steps).entries()) {
  const result = results[index]
  if (result.status === 'fulfilled') continue
  process.exitCode = 1
  console.error(`build of ${name} failed: ${result.reason.message}`)
}
if (!process.exitCode) console.log(`built ${Object.keys(steps).join(', ')} in ${elapsed()} s`)

/** One module a source file, with declarations and maps; `dist/.tsbuildinfo` makes the next build check only what changed. */
async function buildRuntime() {
  const project = join(root, 'runtime')
  await removeOrphans(join(project, 'src'), join(project, 'dist'))
  const options = [
    '--incremental',
    '--tsBuildInfoFile',
    join(project, 'dist', '.tsbuildinfo'),
    '--pretty',
    'false',
  ]
  await run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', project, ...options])
  await Promise.all([
    // One file for itself: bundlers would put what it shared with the client's first file into a third.
    buildForClients(project, 'msgpack', { bundle: true }),
    // It imports types only, and a package by a name that is an argument: tsc ships a helper that looks into such names.
    buildForClients(project, 'client/find-web-socket', {}),
  ])
}

async function buildForClients(project, name, options) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [join(project, 'src', `${name}.ts`)],
    outfile: join(project, 'dist', `${name}.js`),
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    // As in tsc's maps: `src` is published beside `dist`.
    sourcesContent: false,
    logLevel: 'warning',
    ...options,
  })
}

/** Outputs whose source is gone would still be importable, and published. */
async function removeOrphans(source, output) {
  if (!existsSync(output)) return
  for (const entry of await readdir(output, { recursive: true })) {
    const name = entry.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, '')
    if (name !== entry && !existsSync(join(source, `${name}.ts`)))
      await rm(join(output, entry), { force: true })
  }
}

/**
 * Both hosts (ts-patch, tsserver) `require` a function: `module.exports` is what `src/index.ts` exports as default.
 * The host brings its own TypeScript; the path grammar of the runtime is part of the bundle, so that nothing else is loaded.
 */
async function bundle(name, types) {
  const dist = join(root, name, 'dist')
  const outfile = join(dist, 'index.cjs')
  await buildFile(join(root, name, 'src', 'index.ts'), outfile, {
    footer: { js: 'module.exports = module.exports.default' },
  })
  if (types !== undefined) await writeFile(join(dist, 'index.d.ts'), types)
  if (typeof require(outfile) !== 'function')
    throw new Error(`${name}/src/index.ts must export a function as default`)
}

/** A file of its own, so that compilers do not load what only the terminal needs. */
async function bundleCommandLine() {
  const folder = join(root, 'transformer')
  const outfile = join(folder, 'dist', 'cli.cjs')
  await buildFile(join(folder, 'src', 'cli.ts'), outfile, { banner: { js: '#!/usr/bin/env node' } })
  await chmod(outfile, 0o755)
}

/** ES modules, as configurations of bundlers are, that share what they have in common. */
async function bundleBundlers() {
  const names = Object.keys(BUNDLERS)
  await buildModules('bundler', [...names, 'next'], { splitting: true, chunkNames: 'bundlers' })
  await writeFile(join(root, 'transformer', 'dist', 'next.d.mts'), NEXT_TYPES)
  for (const name of names) {
    await writeFile(join(root, 'transformer', 'dist', `${name}.d.mts`), bundlerTypes(BUNDLERS[name]))
  }
}

/** What `node --import` loads, and the hooks that it registers. */
async function bundleNodeHooks() {
  await buildModules('node', ['register', 'register-hooks'])
  await writeFile(join(root, 'transformer', 'dist', 'register.d.mts'), 'export {}\n')
}

function buildModules(folder, names, options) {
  return buildWith({
    entryPoints: names.map(name => join(root, 'transformer', 'src', 'hosts', folder, `${name}.ts`)),
    outdir: join(root, 'transformer', 'dist'),
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    ...options,
  })
}

function buildFile(entry, outfile, options) {
  return buildWith({ entryPoints: [entry], outfile, format: 'cjs', ...options })
}

async function buildWith(options) {
  const { build } = await import('esbuild')
  await build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    // The CommonJS builds of some packages load their parts in ways that cannot be bundled.
    mainFields: ['module', 'main'],
    external: ['typescript', 'ts-patch', 'unplugin'],
    alias: { '@alien-rpc/service/generated': join(root, 'runtime', 'src', 'generated.ts') },
    logLevel: 'warning',
    ...options,
  })
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', code =>
      code === 0 ? resolve() : reject(new Error(`the compiler ended with code ${code}`)),
    )
  })
}

function elapsed() {
  return ((performance.now() - started) / 1000).toFixed(1)
}
