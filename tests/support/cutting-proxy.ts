// A port in → another port that leads to it until it is cut, and again once it is restored, out.

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  readonly url: string
  /** Connections that are open at the moment, seen from the client's side. */
  readonly connections: number
  /** Connections that were refused while it was cut. */
  readonly refused: number
  /** From now on, and until it is restored, what the server sends is lost, or what both send. Neither end is told. */
  lose(what: 'answers' | 'everything'): void
  /** Ends all connections in the middle of whatever they carry, and refuses new ones. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  let isCut = false
  let lost: 'nothing' | 'answers' | 'everything' = 'nothing'
  let refused = 0
  const server = createServer(client => {
    if (isCut) {
      refused++
      client.destroy()
      return
    }
    const peer = connect(port, '127.0.0.1')
    open.add(client)
    client.on('close', () => open.delete(client))
    joinSockets(client, peer, () => lost === 'everything')
    joinSockets(peer, client, () => lost !== 'nothing')
  })
  const cut = () => {
    isCut = true
    for (const client of open) client.resetAndDestroy()
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const own = (server.address() as AddressInfo).port
  return {
    port: own,
    url: `http://127.0.0.1:${own}`,
    get connections() {
      return open.size
    },
    get refused() {
      return refused
    },
    lose(what) {
      lost = what
    },
    cut,
    restore() {
      isCut = false
      lost = 'nothing'
    },
    close() {
      cut()
      return new Promise<void>((resolve, reject) =>
        server.close(error => (error === undefined ? resolve() : reject(error))),
      )
    },
  }
}

/** What comes from one goes to the other, unless it is lost; and its end, however it ends, is the other's end. */
function joinSockets(from: Socket, to: Socket, isLost: () => boolean): void {
  from.setNoDelay(true)
  from.on('data', chunk => {
    if (!isLost() && !to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroy())
}
