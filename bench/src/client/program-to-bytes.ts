// The text of a module in → what bundlers make of it for browsers, in bytes, out: what loads at first, and what a dynamic import loads later.
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

const folder = fileURLToPath(new URL('.', import.meta.url))

export interface Bytes {
  readonly minified: number
  /** Of each file alone, as it travels, and then added up. */
  readonly gzip: number
  readonly brotli: number
}

export async function programToBytes(program: string): Promise<{ first: Bytes; later: Bytes }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: program, resolveDir: folder, loader: 'ts' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // As bundlers of applications set it: peers have warnings for developers.
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    metafile: true,
    outdir: 'out',
  })
  const first = filesAtFirst(metafile)
  const sum = (isFirst: boolean): Bytes => {
    const contents = outputFiles.flatMap(({ path, contents }) =>
      first.some(name => path.endsWith(name.slice('out'.length))) === isFirst ? [contents] : [],
    )
    const total = (size: (bytes: Uint8Array) => number) => contents.reduce((all, it) => all + size(it), 0)
    return {
      minified: total(bytes => bytes.length),
      gzip: total(bytes => gzipSync(bytes, { level: 9 }).length),
      brotli: total(bytes => brotliCompressSync(bytes).length),
    }
  }
  return { first: sum(true), later: sum(false) }
}

function filesAtFirst({ outputs }: Metafile): string[] {
  const first = new Set(Object.keys(outputs).filter(name => outputs[name]!.entryPoint === '<stdin>'))
  // A set visits what is added to it on the way.
  for (const name of first)
    for (const { path, kind } of outputs[name]!.imports) if (kind === 'import-statement') first.add(path)
  return [...first]
}
