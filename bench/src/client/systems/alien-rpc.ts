// Alien RPC: the table as the compiler emits it for these routes (tests/client-size.test.ts has the compiler emit it).
import type { ClientSystem } from '../system.ts'

const client = (opener: string, entry: string) => `
import { createRpcClient, inBody, openCall${opener} } from '@alien-rpc/service/client'
export { RpcError } from '@alien-rpc/service/client'
const routes = {
  createUser: [openCall, 'POST /users', { put: inBody }],
  getUser: [openCall, 'GET /users/:id'],
  ${entry}
}
const client: any = createRpcClient({ prefixUrl: 'https://api.example' }, routes as any, () => import('@alien-rpc/service/msgpack'))
const users = async () => [await client.getUser({ id: 1 }), await client.createUser({ name: 'Ada' })]
`

export const alienRpc: ClientSystem = {
  name: 'Alien RPC',
  packages: [],
  programs: {
    unary: `${client('', "deleteUser: [openCall, 'DELETE /users/:id'],")}
      export const run = async () => [await users(), await client.deleteUser({ id: 1 })]`,
    stream: `${client(', inQuery, openStream', "watch: [openStream, 'GET /messages', { put: inQuery }],")}
      export const run = async (show: (it: unknown) => void) => {
        show(await users())
        for await (const it of client.watch({ room: 'a' })) show(it)
      }`,
    socket: `${client(', openSocket, socketSubscribe', "chat: [openSocket, '/chat', { methods: { subscribe: [socketSubscribe] } }],")}
      export const run = async (show: (it: unknown) => void) => {
        show(await users())
        const socket = await client.chat()
        for await (const it of socket.subscribe({ room: 'a' })) show(it)
      }`,
  },
}
