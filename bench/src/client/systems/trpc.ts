// tRPC: one link for calls, one for streams by HTTP, one for subscriptions over a WebSocket.
import type { ClientSystem } from '../system.ts'

const users = `
const users = async () => [await client.getUser.query(1), await client.createUser.mutate('Ada')]
`
const watch = `
export const run = async (show: (it: unknown) => void) => {
  show(await users())
  client.messages.subscribe({ room: 'a' }, { onData: show })
}`

export const trpc: ClientSystem = {
  name: 'tRPC',
  packages: ['@trpc/client'],
  programs: {
    unary: `import { createTRPCClient, httpLink } from '@trpc/client'
      const client: any = createTRPCClient<any>({ links: [httpLink({ url: 'https://api.example' })] })${users}
      export const run = async () => [await users(), await client.deleteUser.mutate(1)]`,
    stream: `import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
      const url = 'https://api.example'
      const client: any = createTRPCClient<any>({
        links: [splitLink({
          condition: op => op.type === 'subscription',
          true: httpSubscriptionLink({ url }),
          false: httpLink({ url }),
        })],
      })${users}${watch}`,
    socket: `import { createTRPCClient, createWSClient, httpLink, splitLink, wsLink } from '@trpc/client'
      const client: any = createTRPCClient<any>({
        links: [splitLink({
          condition: op => op.type === 'subscription',
          true: wsLink({ client: createWSClient({ url: 'wss://api.example' }) }),
          false: httpLink({ url: 'https://api.example' }),
        })],
      })${users}${watch}`,
  },
}
