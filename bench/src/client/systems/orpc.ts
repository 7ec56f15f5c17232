// oRPC: its link over fetch, which has streams, and its link over a WebSocket, which partysocket connects again.
import type { ClientSystem } from '../system.ts'

const http = `
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
const client: any = createORPCClient(new RPCLink({ url: 'https://api.example' }))
const users = async () => [await client.getUser(1), await client.createUser('Ada')]
`

export const orpc: ClientSystem = {
  name: 'oRPC',
  packages: ['@orpc/client'],
  programs: {
    unary: `${http}
      export const run = async () => [await users(), await client.deleteUser(1)]`,
    stream: `${http}
      export const run = async (show: (it: unknown) => void) => {
        show(await users())
        for await (const it of await client.messages({ room: 'a' })) show(it)
      }`,
    socket: `${http}
      import { RPCLink as SocketLink } from '@orpc/client/websocket'
      import { WebSocket } from 'partysocket'
      const socket: any = createORPCClient(new SocketLink({ websocket: new WebSocket('wss://api.example') as any }))
      export const run = async (show: (it: unknown) => void) => {
        show(await users())
        for await (const it of await socket.messages({ room: 'a' })) show(it)
      }`,
  },
}
