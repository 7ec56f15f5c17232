// partysocket: a WebSocket that connects again. What is said over it, and HTTP, is by hand.
import type { ClientSystem } from '../system.ts'

export const partysocket: ClientSystem = {
  name: 'partysocket',
  packages: ['partysocket'],
  programs: {
    socket: `import { WebSocket } from 'partysocket'
      const base = 'https://api.example'
      const json = async (path: string, init?: RequestInit) => (await fetch(base + path, init)).json()
      const post = { method: 'POST', headers: { 'content-type': 'application/json' } }
      export const run = async (show: (it: unknown) => void) => {
        show([await json('/users/1'), await json('/users', { ...post, body: JSON.stringify({ name: 'Ada' }) })])
        const socket = new WebSocket('wss://api.example/chat')
        socket.onopen = () => socket.send(JSON.stringify({ room: 'a' }))
        socket.onmessage = ({ data }) => show(JSON.parse(data))
      }`,
  },
}
