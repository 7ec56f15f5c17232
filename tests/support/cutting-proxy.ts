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
  /**
   * From now on, what the server sends over the connections that are open is lost, or everything: then neither end is told even that
   * the other has closed. New connections are fine.
   */
  lose(what: 'answers' | 'everything'): void
  /** Ends all connections in the middle of whatever they carry, and refuses new ones. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

/** Two connections that are one to those at their ends. */
interface Line {
  readonly client: Socket
  readonly server: Socket
  lost: 'nothing' | 'answers' | 'everything'
}

export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const lines = new Set<Line>()
  let isCut = false
  let refused = 0
  const listener = createServer(client => {
    if (isCut) {
      refused++
      client.destroy()
      return
    }
    const line: Line = { client, server: connect(port, '127.0.0.1'), lost: 'nothing' }
    lines.add(line)
    forward(line, 'client', 'server')
    forward(line, 'server', 'client')
    const { server } = line
    for (const [own, other] of [
      [client, server],
      [server, client],
    ] as const) {
      own.on('close', () => other.closed && lines.delete(line))
    }
  })
  const cut = () => {
    isCut = true
    for (const { client, server } of lines) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  const own = (listener.address() as AddressInfo).port
  return {
    port: own,
    url: `http://127.0.0.1:${own}`,
    get connections() {
      return [...lines].filter(({ client }) => !client.closed).length
    },
    get refused() {
      return refused
    },
    lose(what) {
      for (const line of lines) line.lost = what
    },
    cut,
    restore() {
      isCut = false
    },
    close() {
      cut()
      return new Promise<void>((resolve, reject) =>
        listener.close(error => (error === undefined ? resolve() : reject(error))),
      )
    },
  }
}

/** What comes from one end goes to the other, and its end, however it ends, is the other's end: unless that is lost. */
function forward(line: Line, from: 'client' | 'server', to: 'client' | 'server'): void {
  const source = line[from].setNoDelay(true)
  const target = line[to]
  source.on('data', chunk => {
    const isLost = line.lost === 'everything' || (line.lost === 'answers' && from === 'server')
    if (!isLost && !target.write(chunk)) source.pause()
  })
  target.on('drain', () => source.resume())
  source.on('end', () => line.lost !== 'everything' && target.end())
  const onGone = () => line.lost !== 'everything' && target.destroy()
  source.on('error', onGone).on('close', onGone)
}
