// graphql-ws: all three calls are operations over its WebSocket.
import type { ClientSystem } from '../system.ts'

export const graphqlWs: ClientSystem = {
  name: 'graphql-ws',
  packages: ['graphql-ws'],
  programs: {
    socket: `import { createClient } from 'graphql-ws'
      const client = createClient({ url: 'wss://api.example' })
      const first = async (query: string) => (await client.iterate({ query }).next()).value
      export const run = async (show: (it: unknown) => void) => {
        show([await first('{ user(id: 1) { id name } }'), await first('mutation { createUser(name: "Ada") { id name } }')])
        for await (const it of client.iterate({ query: 'subscription { messages(room: "a") { room text } }' })) show(it)
      }`,
  },
}
