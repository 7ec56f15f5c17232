// Names of the client's module in → what a bundler that splits makes of them: what loads at first, and what when it is asked for.
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Part {
  /** Sources of which something is left, below `runtime/src/` where they are the client's. */
  readonly files: string[]
  readonly code: string
  readonly brotliBytes: number
}

/** Minified for browsers. `later` is what only a dynamic import of ours loads. */
export async function bundleClient(names: string): Promise<{ first: Part; later: Part }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export { ${names} } from './runtime/src/client.ts'`, resolveDir: root, loader: 'ts' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    outdir: 'out',
  })
  const outputs = Object.keys(metafile.outputs)
  const entry = outputs.find(name => metafile.outputs[name]!.entryPoint === '<stdin>')
  const first = new Set(staticallyReached(entry!, metafile))
  const part = (chosen: (name: string) => boolean): Part => {
    const chunks = outputs.filter(chosen)
    const inputs = chunks.flatMap(name => Object.entries(metafile.outputs[name]!.inputs))
    const files = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []))
    const texts = outputFiles.filter(({ path }) =>
      chunks.some(name => path.endsWith(name.slice('out'.length))),
    )
    return {
      files: files.map(file => file.replace('runtime/src/', '')).sort(),
      code: texts.map(({ text }) => text).join('\n'),
      brotliBytes: texts.reduce((sum, { contents }) => sum + brotliCompressSync(contents).length, 0),
    }
  }
  return { first: part(name => first.has(name)), later: part(name => !first.has(name)) }
}

function staticallyReached(output: string, metafile: Metafile, found: string[] = []): string[] {
  if (found.includes(output)) return found
  found.push(output)
  for (const { path, kind } of metafile.outputs[output]!.imports)
    if (kind === 'import-statement') staticallyReached(path, metafile, found)
  return found
}
