// Hono's client. Streams and messages are read by the application: its client hands out the Response and the WebSocket.
import type { ClientSystem } from '../system.ts'

const client = `
import { hc } from 'hono/client'
const client: any = hc('https://api.example')
const json = async (answer: any) => (await answer).json()
const users = async () => [
  await json(client.users[':id'].$get({ param: { id: '1' } })),
  await json(client.users.$post({ json: { name: 'Ada' } })),
]
`

export const hono: ClientSystem = {
  name: 'Hono',
  packages: ['hono'],
  programs: {
    unary: `${client}
      export const run = async () => [await users(), await json(client.users[':id'].$delete({ param: { id: '1' } }))]`,
    stream: `${client}
      export const run = async (show: (it: unknown) => void) => {
        show(await users())
        const { body } = await client.messages.$get({ query: { room: 'a' } })
        let held = ''
        for await (const text of body.pipeThrough(new TextDecoderStream())) {
          const lines = (held + text).split('\\n')
          held = lines.pop()!
          for (const line of lines) show(JSON.parse(line))
        }
      }`,
    socket: `${client}
      export const run = async (show: (it: unknown) => void) => {
        show(await users())
        const socket = client.chat.$ws()
        socket.onopen = () => socket.send(JSON.stringify({ room: 'a' }))
        socket.onmessage = ({ data }: any) => show(JSON.parse(data))
      }`,
  },
}
