// The client's module, or a program that uses it, in → what a bundler that splits makes of it: what loads at first, and what later, out.
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Part {
  /** Sources of which something is left, below `runtime/src/` where they are the client's. */
  readonly files: string[]
  readonly code: string
  /** Of each chunk alone, as it travels, and then added up. */
  readonly gzipBytes: number
  readonly brotliBytes: number
}

/** A module that exports these names of the client. */
export function bundleClient(names: string): Promise<{ first: Part; later: Part }> {
  return bundleProgram(`export { ${names} } from '@alien-rpc/service/client'`)
}

/** Minified for browsers. `later` is what only a dynamic import of ours loads. */
export async function bundleProgram(contents: string): Promise<{ first: Part; later: Part }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    alias: { '@alien-rpc/service/client': `${root}runtime/src/client.ts` },
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
    const sum = (compress: (contents: Uint8Array) => Uint8Array) =>
      texts.reduce((total, { contents }) => total + compress(contents).length, 0)
    return {
      files: files.map(file => file.replace('runtime/src/', '')).sort(),
      code: texts.map(({ text }) => text).join('\n'),
      gzipBytes: sum(bytes => gzipSync(bytes, { level: 9 })),
      brotliBytes: sum(bytes => brotliCompressSync(bytes)),
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
