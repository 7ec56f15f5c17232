// Listeners of a socket in → calls of them out, none of which can disturb another or the socket.
import type { RpcSocket, SocketEvents } from './client-route.ts'

export type SocketEmitter = readonly [
  on: RpcSocket['on'],
  emit: <Event extends keyof SocketEvents>(event: Event, detail: SocketEvents[Event]) => void,
]

/** `connected`: the detail of the `connect` that was the last of such news. */
export function createEmitter(connected: () => SocketEvents['connect'] | undefined): SocketEmitter {
  /** `late`: what a listener is yet to be told, which came while the socket was connected. */
  const listeners = new Set<[name: string, listener: (detail: never) => void, late: unknown]>()
  const tell = (name: unknown, detail?: unknown) => {
    for (const own of [...listeners]) {
      const [event, listener, late] = own
      own[2] = 0
      // Before it hears of anything else.
      if (late) callBack(listener, late as never)
      if (name === event && listeners.has(own)) callBack(listener, detail as never)
    }
  }
  return [
    (name, listener) => {
      const own = [name, listener, name === 'connect' && connected()] as [string, typeof listener, unknown]
      listeners.add(own)
      queueMicrotask(tell as () => void)
      return () => void listeners.delete(own)
    },
    tell,
  ]
}

/** Calls what the application has given. Its error becomes an uncaught one, as that of any listener. */
export function callBack<Detail>(listener: (detail: Detail) => void, detail: Detail): void {
  try {
    listener(detail)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
