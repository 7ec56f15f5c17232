// Nothing in → bytes of a client as a bundler splits it, what loads at first and what MessagePack adds when it is asked for, as Markdown out.
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'

const folder = fileURLToPath(new URL('.', import.meta.url))

export async function clientSizeTable(): Promise<string> {
  const lines = await Promise.all(
    Object.entries({
      'HTTP with streams': 'createRpcClient, RpcError',
      'HTTP and sockets': 'createRpcClient, RpcError, openSocket',
    }).map(async ([title, names]) => {
      const { first, later } = await sizesOf(names)
      return `| ${title} | ${kilobytes(first)} | ${kilobytes(later)} |`
    }),
  )
  const header = '| minified, brotli | at first | when MessagePack is first asked for |'
  return ['## size of the client', '', header, '| --- | --: | --: |', ...lines].join('\n')
}

async function sizesOf(names: string): Promise<{ first: number; later: number }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export { ${names} } from '@alien-rpc/service/client'`, resolveDir: folder },
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
  const { outputs } = metafile
  const entry = Object.keys(outputs).find(name => outputs[name]!.entryPoint === '<stdin>')
  const first = new Set([entry])
  // A set visits what is added to it on the way.
  for (const name of first)
    for (const { path, kind } of outputs[name!]!.imports) if (kind === 'import-statement') first.add(path)
  const bytes = { first: 0, later: 0 }
  for (const { path, contents } of outputFiles) {
    const isFirst = [...first].some(name => path.endsWith(name!.slice('out'.length)))
    bytes[isFirst ? 'first' : 'later'] += brotliCompressSync(contents).length
  }
  return bytes
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
