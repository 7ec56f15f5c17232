// The module of a package → its files of JavaScript, as ES modules and as CommonJS, each with its source map.
import { relative, resolve } from 'node:path'
import type { BuildOptions, BuildResult, Metafile, TransformOptions } from 'esbuild'

/** What is used of esbuild, which is the project's own. */
export interface Esbuild {
  readonly version: string
  buildSync(options: BuildOptions & { write: false; metafile: true }): BuildResult<{
    write: false
    metafile: true
  }>
  transformSync(
    code: string,
    options: TransformOptions & { sourcemap: 'external' },
  ): { code: string; map: string }
}

export interface BundleTask {
  readonly esbuild: Esbuild
  /** TypeScript. */
  readonly module: string
  /** Folder of the runtime's package, without symbolic links. */
  readonly runtimeFolder: string
  /** What `@alien-rpc/service/client` stands for: a file in that folder. */
  readonly runtimeEntry: string
}

export interface File {
  readonly name: string
  readonly text: string
}

const OUT = '/out'
/** What runs it: browsers since 2022, Node 18. */
const TARGET = 'es2022'

/**
 * `index`, what it and MessagePack share, and MessagePack, which is loaded when it is first asked for. Not minified: that is for the
 * bundler of whoever uses it, and stack traces stay readable. No byte depends on where the files lie.
 */
export function bundleClient(task: BundleTask): File[] {
  const { outputFiles, metafile } = task.esbuild.buildSync({
    stdin: { contents: task.module, resolveDir: task.runtimeFolder, sourcefile: 'index.ts', loader: 'ts' },
    absWorkingDir: task.runtimeFolder,
    alias: {
      '@alien-rpc/service/client': task.runtimeEntry,
      '@alien-rpc/service/msgpack': task.runtimeEntry.replace(/client(?=\.\w+$)/, 'msgpack'),
    },
    outdir: OUT,
    entryNames: 'index',
    chunkNames: '[name]-[hash]',
    ...{ bundle: true, splitting: true, write: false, metafile: true, format: 'esm', target: TARGET },
    ...{ platform: 'neutral', mainFields: ['module', 'main'], conditions: ['import'] },
    // Whoever runs this has a tsconfig of their own, which is about the server.
    tsconfigRaw: {},
    sourcemap: 'external',
    charset: 'utf8',
    logLevel: 'silent',
  })
  const names = namesOf(metafile, task.runtimeFolder)
  const textOf = (path: string) => outputFiles.find(it => it.path === path)!.text
  return [...names].flatMap(([path, name]) => {
    const map = portableMap(textOf(`${path}.map`), task.runtimeFolder)
    const code = withNames(portableCode(textOf(path), metafile, task.runtimeFolder), names)
    return [...withMap(`${name}.js`, code, map), ...toCommonJs(task.esbuild, name, code, map)]
  })
}

/** Output path → name without extension. With two ways in there are at most three files. */
function namesOf(metafile: Metafile, folder: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (path.endsWith('.map')) continue
    const absolute = `${OUT}/${path.split('/').at(-1)}`
    if (entryPoint === 'index.ts') names.set(absolute, 'index')
    else names.set(absolute, entryPoint === undefined ? 'shared' : 'msgpack')
  }
  const taken = new Set(names.values())
  if (taken.size < names.size || !taken.has('index'))
    throw new Error(`the client in ${folder} is split in a way that is not known`)
  return names
}

function withNames(code: string, names: ReadonlyMap<string, string>): string {
  let text = code
  for (const [path, name] of names)
    text = text.replaceAll(`"./${path.slice(OUT.length + 1)}"`, `"./${name}.js"`)
  return text
}

/** The same modules: each is one file under two names, so that both forms are split alike. */
function toCommonJs(esbuild: Esbuild, name: string, code: string, map: string): File[] {
  const inline = Buffer.from(map).toString('base64')
  const source = `${code}//# sourceMappingURL=data:application/json;base64,${inline}\n`
  // Not in texts of the user's, which may look the same.
  const renamed = source.replaceAll(/((?:from|import) ?\(?)"\.\/(index|msgpack|shared)\.js"/g, '$1"./$2.cjs"')
  const result = esbuild.transformSync(renamed, {
    ...{ format: 'cjs', platform: 'node', target: TARGET, charset: 'utf8', logLevel: 'silent' },
    sourcefile: `${name}.js`,
    sourcemap: 'external',
    tsconfigRaw: {},
  })
  return withMap(`${name}.cjs`, result.code, result.map)
}

function withMap(name: string, code: string, map: string): File[] {
  return [
    { name, text: `${code}//# sourceMappingURL=${name}.map\n` },
    { name: `${name}.map`, text: map },
  ]
}

// Where the files lie is of no interest to those who get the package, and differs from machine to machine.

/** esbuild puts a comment with its path before each module. */
function portableCode(code: string, { inputs }: Metafile, folder: string): string {
  const comments = new Map(
    Object.keys(inputs).map(path => [`// ${path}`, `// ${portablePath(path, folder)}`]),
  )
  return code.replaceAll(/^\/\/ .+$/gm, line => comments.get(line) ?? line)
}

function portableMap(text: string, folder: string): string {
  const map = JSON.parse(text) as { sources: string[] }
  const sources = map.sources.map(path => portablePath(relative(folder, `${OUT}/${path}`), folder))
  return `${JSON.stringify({ ...map, sources })}\n`
}

/** A path relative to the runtime's folder → one that begins with the name of a package. */
function portablePath(path: string, folder: string): string {
  // What is not the runtime's own lies below its folder, above it or beside it.
  const absolute = path.startsWith('..') ? resolve(folder, path) : path
  const [, inPackage] = /^.*(?:^|\/)node_modules\/(.+)$/.exec(absolute.replaceAll('\\', '/')) ?? []
  if (inPackage !== undefined) return inPackage
  if (path === 'index.ts') return path
  if (!path.startsWith('..')) return `@alien-rpc/service/${path.replaceAll('\\', '/')}`
  throw new Error(`${path} beside ${folder} is no file of the client`)
}
