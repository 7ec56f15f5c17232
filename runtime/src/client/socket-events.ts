// Listeners of a socket in → calls of them out, none of which can disturb another or the socket.
import type { RpcSocket, SocketEvents } from './client-route.ts'

export type SocketEmitter = readonly [
  on: RpcSocket['on'],
  emit: <Event extends keyof SocketEvents>(event: Event, detail: SocketEvents[Event]) => void,
]

/** An event of our own, told once to each listener that came while the socket was connected. */
const LATE = ''

/** `isConnected`: a `connect` was the last of such news. The platform's own events make the error of a listener an uncaught one. */
export function createEmitter(isConnected: () => unknown): SocketEmitter {
  const target = new EventTarget()
  let connect: unknown
  const tell = (name: string, detail: unknown) => target.dispatchEvent(new CustomEvent(name, { detail }))
  const tellLate = () => tell(LATE, connect)
  return [
    (name, listener) => {
      const own = ({ detail }: CustomEventInit) => void listener(detail)
      target.addEventListener(name, own)
      if (name === 'connect' && isConnected()) {
        target.addEventListener(LATE, own, { once: true })
        queueMicrotask(tellLate)
      }
      return () => {
        target.removeEventListener(name, own)
        target.removeEventListener(LATE, own)
      }
    },
    (name, detail) => {
      // Before they hear of anything else.
      tellLate()
      if (name === 'connect') connect = detail
      tell(name, detail)
    },
  ]
}
