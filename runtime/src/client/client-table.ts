// The contract between the emitted client and the client runtime: one entry per call, and what it is made a method with.
import type { ClientOptions, RouteDetails, SocketDetails } from './client-route.ts'
import type { Clock } from './clock.ts'
import type { Packing } from './packing.ts'

/** Brings the code of MessagePack. */
export type LoadPacking = () => Promise<Packing>

/** What the methods of one client have in common. A prefix has no trailing slash. */
export type ClientSettings = readonly [
  options: ClientOptions,
  prefix: string,
  clock: Clock,
  loadPacking: LoadPacking | undefined,
]

/** One route → the method of the client. */
export type OpenRoute<Details> = (
  settings: ClientSettings,
  place: string,
  details: Details,
) => (...args: never[]) => unknown

/**
 * One entry of the emitted table. `open` is `openCall`, `openStream`, `openResponse` or `openSocket`: carried by the table, so that a client is built
 * without the code of what it has not. `place` is method and path pattern, as declared: `GET /users/:id`; of a socket the pattern alone.
 */
export type ClientRoute =
  | readonly [open: OpenRoute<RouteDetails>, place: string, details?: RouteDetails]
  | readonly [open: OpenRoute<SocketDetails>, place: string, details?: SocketDetails]

export type ClientRoutes = { readonly [name: string]: ClientRoute }
