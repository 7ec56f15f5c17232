// Listeners of a socket in → calls of them out, none of which can disturb another or the socket.
import type { RpcSocket, SocketEvents } from './client-route.ts'

export type SocketEmitter = readonly [
  on: RpcSocket['on'],
  emit: <Event extends keyof SocketEvents>(event: Event, detail: SocketEvents[Event]) => void,
]

/**
 * `current` is the detail of the last `connect` while the socket is connected, for listeners that come later. The platform's own events
 * make the error of a listener an uncaught one.
 */
export function createEmitter(current: () => SocketEvents['connect'] | undefined): SocketEmitter {
  const target = new EventTarget()
  /** Listeners that came while it was connected. They are told so before they hear of anything else. */
  const late = new Map<EventListener, Event>()
  const tellLate = () => {
    for (const [listener, event] of late) {
      late.delete(listener)
      const one = new EventTarget()
      one.addEventListener('connect', listener)
      one.dispatchEvent(event)
    }
  }
  return [
    (name, listener) => {
      const own = ({ detail }: CustomEventInit) => void listener(detail)
      const detail = name === 'connect' && current()
      target.addEventListener(name, own)
      if (detail) {
        late.set(own, new CustomEvent(name, { detail }))
        queueMicrotask(tellLate)
      }
      return () => {
        target.removeEventListener(name, own)
        late.delete(own)
      }
    },
    (name, detail) => {
      tellLate()
      target.dispatchEvent(new CustomEvent(name, { detail }))
    },
  ]
}
