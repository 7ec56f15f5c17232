// `fetch` and `WebSocket` by hand: no types, no errors, no time-outs, nothing that comes back after a cut.
import type { ClientSystem } from '../system.ts'

const users = `
const post = { method: 'POST', headers: { 'content-type': 'application/json' } }
const json = async (path: string, init?: RequestInit) => (await fetch(base + path, init)).json()
const getUser = (id: number) => json('/users/' + id)
const createUser = (name: string) => json('/users', { ...post, body: JSON.stringify({ name }) })
`

export const raw: ClientSystem = {
  name: 'bare fetch',
  packages: [],
  programs: {
    unary: `const base = 'https://api.example'${users}
      const deleteUser = (id: number) => json('/users/' + id, { method: 'DELETE' })
      export const run = async () => [await getUser(1), await createUser('Ada'), await deleteUser(1)]`,
    stream: `const base = 'https://api.example'${users}
      async function* watch(room: string) {
        const { body } = await fetch(base + '/messages?room=' + encodeURIComponent(room))
        let held = ''
        for await (const text of body!.pipeThrough(new TextDecoderStream()) as any) {
          const lines = (held + text).split('\\n')
          held = lines.pop()!
          for (const line of lines) yield JSON.parse(line)
        }
      }
      export const run = async (show: (it: unknown) => void) => {
        show([await getUser(1), await createUser('Ada')])
        for await (const it of watch('a')) show(it)
      }`,
    socket: `const base = 'https://api.example'${users}
      export const run = async (show: (it: unknown) => void) => {
        show([await getUser(1), await createUser('Ada')])
        const socket = new WebSocket(base.replace('http', 'ws') + '/chat')
        socket.onopen = () => socket.send(JSON.stringify({ room: 'a' }))
        socket.onmessage = ({ data }) => show(JSON.parse(data))
      }`,
  },
}
