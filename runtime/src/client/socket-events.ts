// Listeners of a socket in → calls of them out, none of which can disturb another or the socket.
import type { RpcSocket, SocketEvents } from './client-route.ts'

export interface SocketEmitter {
  readonly on: RpcSocket['on']
  emit<Event extends keyof SocketEvents>(event: Event, detail: SocketEvents[Event]): void
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

/** `current` is the detail of the last `connect` while the socket is connected, for listeners that come later. */
export function createEmitter(current: () => SocketEvents['connect'] | undefined): SocketEmitter {
  const entries = new Set<readonly [event: string, listener: (detail: never) => void]>()
  return {
    on(event, listener) {
      const entry = [event, listener] as const
      entries.add(entry)
      if (event === 'connect' && current()) {
        queueMicrotask(() => {
          const detail = current()
          if (detail && entries.has(entry)) callBack(listener as (detail: unknown) => void, detail)
        })
      }
      return () => void entries.delete(entry)
    },
    emit(event, detail) {
      for (const entry of [...entries]) {
        if (entry[0] === event && entries.has(entry)) callBack(entry[1] as (detail: unknown) => void, detail)
      }
    },
  }
}
