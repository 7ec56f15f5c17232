// Names → the systems of the benchmark of sockets. One module is the server of a system and, in a process of its own, its client.
import type { SystemEntry } from '../harness/systems.ts'

/** A module exports `start`, `listeners`, `running` and `publishTurns`, for the server, and what `driverOf` gives, for the client. */
export interface SocketEntry extends SystemEntry {
  /** Told to the client. */
  readonly variant?: string
}

function own(name: string, packages: readonly string[], more: Partial<SocketEntry> = {}): SocketEntry {
  return entry(name, new URL(`./systems/${name}.js`, import.meta.url), { packages, ...more })
}

function peer(name: string, packages: readonly string[]): SocketEntry {
  return entry(name, new URL(`./peers/${name}.js`, import.meta.url), { packages })
}

function entry(name: string, module: URL, more: Partial<SocketEntry>): SocketEntry {
  return { name, server: module, client: module, ...more }
}

export const RAW_SOCKETS = own('raw', ['ws'])
export const OWN_SOCKETS = own('alien-rpc', [])
export const OWN_MSGPACK = own('alien-rpc', [], { name: 'alien-rpc msgpack', variant: 'msgpack' })
export const OWN_FEED = own('alien-rpc', [], { variant: 'feed' })

export const PEERS: readonly SocketEntry[] = [
  peer('trpc', ['@trpc/server', '@trpc/client']),
  peer('orpc', ['@orpc/server', '@orpc/client']),
  peer('graphql-ws', ['graphql-ws', 'graphql']),
  peer('socket.io', ['socket.io', 'socket.io-client']),
  peer('crossws', ['crossws']),
]
