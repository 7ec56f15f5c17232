// The client's module, or a program that uses it, in → what a bundler makes of it: what loads at first, and what later, out.
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, type Metafile, type OutputFile } from 'esbuild'

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

/** Minified for browsers. `later` is what only a dynamic import of ours loads: MessagePack, which is published as one file for itself. */
export async function bundleProgram(contents: string): Promise<{ first: Part; later: Part }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    alias: { '@alien-rpc/service/client': `${root}runtime/src/client.ts` },
    external: [PACKED],
    ...OPTIONS,
  })
  const isAskedFor = Object.values(metafile.outputs).some(({ imports }) =>
    imports.some(({ path, kind }) => path === PACKED && kind === 'dynamic-import'),
  )
  const later = isAskedFor
    ? await build({ entryPoints: [`${root}runtime/src/msgpack.ts`], ...OPTIONS })
    : { metafile: { inputs: {}, outputs: {} }, outputFiles: [] }
  return { first: toPart(metafile, outputFiles), later: toPart(later.metafile, later.outputFiles) }
}

const PACKED = '@alien-rpc/service/msgpack'
const OPTIONS = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  write: false,
  metafile: true,
  outdir: 'out',
} as const

function toPart({ outputs }: Metafile, files: readonly OutputFile[]): Part {
  const inputs = Object.values(outputs).flatMap(output => Object.entries(output.inputs))
  const used = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []))
  const sum = (compress: (contents: Uint8Array) => Uint8Array) =>
    files.reduce((total, { contents }) => total + compress(contents).length, 0)
  return {
    files: used.map(file => file.replace('runtime/src/', '')).sort(),
    code: files.map(({ text }) => text).join('\n'),
    gzipBytes: sum(bytes => gzipSync(bytes, { level: 9 })),
    brotliBytes: sum(bytes => brotliCompressSync(bytes)),
  }
}
