// Nothing in → three small clients, as they are emitted, and the sizes of their bundles out.
import { routesToClientModule } from '../../transformer/src/emit/routes-to-client-module.ts'
import { bundleProgram } from './client-bundle.ts'
import { programFactory } from './virtual-program.ts'

const TYPES = `import { route } from '@alien-rpc/service'
interface User { id: number; name: string }
interface Message { room: string; text: string }
declare const users: User[]
declare const messages: AsyncGenerator<Message>
`
const UNARY = `export const getUser = route.get('/users/:id', ({ id }: { id: number }): User | null => users[id] ?? null)
export const createUser = route.post('/users', ({ name }: { name: string }): User => ({ id: users.length, name }))
`
const DELETE = `export const deleteUser = route.delete('/users/:id', ({ id }: { id: number }): boolean => id in users)
`
const STREAM = `export const watch = route.get('/messages', async function* ({ room }: { room: string }) { for await (const it of messages) if (it.room === room) yield it })
`
const SOCKET = `export const chat = route.ws('/chat', {
  onMessage(message: Message) {},
  onRequest(request: { room: string }): User[] { return users },
  onSubscribe(subscription: { room: string }) { return async function* () { yield* messages } },
})
`

/** Each of three calls. */
export const CLIENTS = {
  'HTTP, unary': UNARY + DELETE,
  'HTTP with streams': UNARY + STREAM,
  'HTTP and sockets': UNARY + SOCKET,
  'HTTP with streams and sockets': UNARY + STREAM + SOCKET,
} as const

export type ClientName = keyof typeof CLIENTS

export interface Size {
  readonly client: ClientName
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
}

/** In bytes, of what loads at first. */
export async function clientSizes(): Promise<Size[]> {
  const programOf = programFactory()
  const sizes: Size[] = []
  for (const client of Object.keys(CLIENTS) as ClientName[]) {
    const { routes, sockets, types } = programOf(TYPES + CLIENTS[client]).analysis
    const { first } = await bundleProgram(routesToClientModule([...routes, ...sockets], types))
    const { code, gzipBytes, brotliBytes } = first
    sizes.push({ client, minified: Buffer.byteLength(code), gzip: gzipBytes, brotli: brotliBytes })
  }
  return sizes
}
