// Nothing in → bytes of a client as a bundler splits it, what loads at first and what MessagePack adds when it is asked for, as Markdown out.
import { programToBytes } from '../client/program-to-bytes.ts'

export async function clientSizeTable(): Promise<string> {
  const lines = await Promise.all(
    Object.entries({
      'HTTP with streams': 'openCall, openStream',
      'HTTP and sockets': 'openCall, openSocket',
    }).map(async ([title, openers]) => {
      const { first, later } = await programToBytes(`
        export { createRpcClient, RpcError, ${openers} } from '@alien-rpc/service/client'
        export const load = () => import('@alien-rpc/service/msgpack')`)
      return `| ${title} | ${kilobytes(first.brotli)} | ${kilobytes(later.brotli)} |`
    }),
  )
  const header = '| minified, brotli | at first | when MessagePack is first asked for |'
  return ['## size of the client', '', header, '| --- | --: | --: |', ...lines].join('\n')
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
