// Listeners of a socket in → calls of them out, none of which can disturb another or the socket.
import type { RpcSocket, SocketEvents } from './client-route.ts'

export type SocketEmitter = readonly [
  on: RpcSocket['on'],
  emit: <Event extends keyof SocketEvents>(event: Event, detail: SocketEvents[Event]) => void,
]

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

type Entry = readonly [event: string, listener: (detail: never) => void]

/** `current` is the detail of the last `connect` while the socket is connected, for listeners that come later. */
export function createEmitter(current: () => SocketEvents['connect'] | undefined): SocketEmitter {
  const entries = new Set<Entry>()
  /** Listeners that came while it was connected. They are told so before they hear of anything else. */
  const late = new Map<Entry, SocketEvents['connect']>()
  const call = (entry: Entry, detail: unknown) => {
    if (entries.has(entry)) callBack(entry[1] as (detail: unknown) => void, detail)
  }
  const tellLate = () => {
    for (const [entry, detail] of late) {
      late.delete(entry)
      call(entry, detail)
    }
  }
  return [
    (event, listener) => {
      const entry: Entry = [event, listener]
      entries.add(entry)
      const detail = event === 'connect' && current()
      if (detail) {
        late.set(entry, detail)
        queueMicrotask(tellLate)
      }
      return () => void entries.delete(entry)
    },
    (event, detail) => {
      tellLate()
      for (const entry of [...entries]) if (entry[0] === event) call(entry, detail)
    },
  ]
}
