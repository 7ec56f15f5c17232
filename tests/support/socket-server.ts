// Socket routes in → a real server on loopback, with the counts that have to come back to nothing, and clients of it, out.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeListener } from '../../runtime/src/adapters/node-http.ts'
import type { WebSocketOptions } from '../../runtime/src/client/client-route.ts'
import { createRpcClient, openSocket, type RpcSocket } from '../../runtime/src/client.ts'
import type { ServableSocket } from '../../runtime/src/server/modules-to-routes.ts'
import type { ServerLimits } from '../../runtime/src/wire/limits.ts'
import { METHODS } from './scripted-socket.ts'

export interface SocketServer {
  readonly port: number
  readonly url: string
  /** Sessions, parked ones, calls and subscriptions that run, and sockets whose connections have not ended. */
  left(): Readonly<Record<string, number>>
  close(): Promise<void>
}

export async function socketServer(
  routes: readonly ServableSocket[],
  limits: Partial<ServerLimits> = {},
): Promise<SocketServer> {
  const { sockets, socketEngine } = createNodeListener([...routes], { limits }, () => false)
  const http = createServer()
  http.on('upgrade', (req, connection, head) => sockets.upgrade(req, connection, head))
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    left: () => ({ ...socketEngine.counts(), sockets: sockets.count }),
    close() {
      sockets.terminateAll()
      return new Promise<void>((resolve, reject) =>
        http.close(error => (error === undefined ? resolve() : reject(error))),
      )
    },
  }
}

/** The socket at `path`, whose values are JSON as they are. */
export function connectSocket<Methods>(
  prefixUrl: string,
  path: string,
  websocket: WebSocketOptions = {},
): Promise<RpcSocket & Methods> {
  const client = createRpcClient<{ socket(): Promise<RpcSocket & Methods> }>(
    { prefixUrl, websocket },
    { socket: [openSocket, path, { methods: METHODS }] },
  )
  return client.socket()
}
