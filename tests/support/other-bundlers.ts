// An entry and an output file in → the build of a bundler that leaves TypeScript to others, which esbuild strips here.
import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import { alienRpc as forRolldown } from '@alien-rpc/transformer/rolldown'
import { alienRpc as forRollup } from '@alien-rpc/transformer/rollup'
import { alienRpc as forRspack } from '@alien-rpc/transformer/rspack'
import { alienRpc as forWebpack } from '@alien-rpc/transformer/webpack'
import { rspack } from '@rspack/core'
import { transform } from 'esbuild'
import { rolldown } from 'rolldown'
import { type Plugin, type RollupWatcherEvent, rollup, watch } from 'rollup'
import webpack from 'webpack'
import { until } from './until.ts'

export interface BundleTask {
  readonly entry: string
  readonly outfile: string
  readonly tsconfig: string
  /** A webpack loader that strips types. */
  readonly loader: string
}

const external = /^@alien-rpc\//

/** Resolves to TypeScript what is imported as JavaScript, and strips types. */
const typescript: Plugin = {
  name: 'typescript',
  async resolveId(id, importer) {
    const found =
      importer && id.startsWith('.')
        ? await this.resolve(id.replace(/\.js$/, '.ts'), importer, { skipSelf: true })
        : null
    return found
  },
  async transform(code) {
    const { code: stripped, map } = await transform(code, { loader: 'ts', sourcemap: true })
    return { code: stripped, map }
  },
}

/** The source of a loader, for a file of the project. */
export const LOADER = `const { transform } = require(${JSON.stringify(createRequire(import.meta.url).resolve('esbuild'))})
module.exports = function (text) {
  const done = this.async()
  transform(text, { loader: 'ts' }).then(({ code }) => done(null, code), done)
}
`

/** Each gives the files that a build that watches would heed. */
export const OTHER_BUNDLERS: Readonly<Record<string, (task: BundleTask) => Promise<readonly string[]>>> = {
  async rollup({ entry, outfile, tsconfig }) {
    const bundle = await rollup({
      input: entry,
      external,
      plugins: [forRollup({ tsconfig }), typescript],
      onwarn: () => undefined,
    })
    await bundle.write({ file: outfile, format: 'esm' })
    await bundle.close()
    return bundle.watchFiles
  },

  async rolldown({ entry, outfile, tsconfig }) {
    const bundle = await rolldown({
      input: entry,
      external,
      plugins: [forRolldown({ tsconfig })],
      logLevel: 'silent',
    })
    await bundle.write({ file: outfile, format: 'esm' })
    const watched = await bundle.watchFiles
    await bundle.close()
    return watched
  },

  webpack: task => compile(webpack(webpackOptions(task, forWebpack({ tsconfig: task.tsconfig })))),

  rspack: task => compile(rspack(webpackOptions(task, forRspack({ tsconfig: task.tsconfig })) as never)),
}

/** `built` resolves at the end of the first build; others may follow, since the client that it writes is one of its modules. */
export function watchByRollup({ entry, outfile, tsconfig }: Omit<BundleTask, 'loader'>) {
  const watcher = watch({
    input: entry,
    external,
    plugins: [forRollup({ tsconfig }), typescript],
    onwarn: () => undefined,
    output: { file: outfile, format: 'esm' },
  })
  const ends: RollupWatcherEvent[] = []
  watcher.on('event', event => {
    if (event.code === 'BUNDLE_END') void event.result.close()
    if (event.code === 'END' || event.code === 'ERROR') ends.push(event)
  })
  return {
    async built(): Promise<void> {
      await until('the build', () => ends.length > 0)
      const [end] = ends
      if (end?.code === 'ERROR') throw end.error
    },
    close: () => watcher.close(),
  }
}

function webpackOptions<Plugin>({ entry, outfile, loader }: BundleTask, plugin: Plugin) {
  return {
    mode: 'production' as const,
    target: 'node20',
    context: dirname(entry),
    entry,
    experiments: { outputModule: true },
    output: {
      path: dirname(outfile),
      filename: basename(outfile),
      library: { type: 'module' as const },
      module: true,
    },
    externals: [external],
    externalsType: 'module' as const,
    resolve: { extensions: ['.ts'], extensionAlias: { '.js': ['.ts'] } },
    module: { rules: [{ test: /\.ts$/, loader }] },
    plugins: [plugin],
  } as never as webpack.Configuration
}

interface Stats {
  hasErrors(): boolean
  toString(options: object): string
  readonly compilation: { readonly fileDependencies: Iterable<string> }
}

interface Compiler {
  run(done: (error: Error | null, stats?: Stats) => void): void
  close(done: () => void): void
}

function compile(compiler: unknown): Promise<readonly string[]> {
  const it = compiler as Compiler
  return new Promise((resolve, reject) => {
    it.run((error, stats) =>
      it.close(() => {
        if (error) reject(error)
        else if (stats?.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true })))
        else resolve([...(stats?.compilation.fileDependencies ?? [])])
      }),
    )
  })
}
