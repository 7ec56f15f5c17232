// What a host may set → complete settings, with every default in one place.

import { SERVER_LIMITS, type ServerLimits } from '../wire/limits.ts'
import { type CorsOptions, corsProblem } from './cors.ts'
import { isHeaderName } from './reply-headers.ts'

export type { CorsOptions }

/** The call that an error comes from. */
export interface ErrorPlace {
  /** The route's path as declared, such as `/users/:id`; undefined if no route was found. */
  readonly route: string | undefined
  readonly method: string
  /** Path and query as they were requested. */
  readonly url: string
}

export interface ServerOptions {
  /** Limits that differ from the defaults, `SERVER_LIMITS`. PROTOCOL.md, "Limits", says what each does. */
  readonly limits?: Partial<ServerLimits>
  /** Which other origins may read answers and open sockets. Default: none, and no CORS header is sent. */
  readonly cors?: CorsOptions
  /** A path in front of every route's, such as `/api`: it starts with "/" and does not end with one. Default: none. */
  readonly prefix?: string
  /**
   * Called with every error that the client only sees as `INTERNAL`, and with every RpcError that has a `cause`. Not called for what clients
   * do wrong. Default: prints with console.error.
   */
  readonly onError?: (error: unknown, place: ErrorPlace) => void
  /**
   * Headers that a socket's client may send in its first message, because browsers cannot set them on a WebSocket. Headers of the request
   * win over them. Others are refused: handlers may trust them because a proxy sets them. Replaces the default: `authorization`,
   * `accept-language`, `traceparent`, `tracestate`.
   */
  readonly socketHeaders?: readonly string[]
}

export interface CloseOptions {
  /** Time for calls and sockets to end by themselves, in ms. Default: the limit `closeDeadline`, 10,000. */
  readonly deadline?: number
}

export interface ServerSettings {
  readonly limits: ServerLimits
  readonly cors: CorsOptions | undefined
  readonly prefix: string
  readonly onError: (error: unknown, place: ErrorPlace) => void
  /** In lower case. */
  readonly socketHeaders: ReadonlySet<string>
}

const SOCKET_HEADERS: readonly string[] = ['authorization', 'accept-language', 'traceparent', 'tracestate']

/** Throws a TypeError at an option that cannot work, so that it shows at start-up. */
export function resolveOptions(options: ServerOptions): ServerSettings {
  const { cors, prefix = '' } = options
  const problem = cors && corsProblem(cors)
  if (problem !== undefined) throw new TypeError(`cors: ${problem}`)
  if (prefix !== '' && !/^(?:\/[^/?#]+)+$/.test(prefix)) {
    throw new TypeError(`prefix starts with "/" and does not end with one, got ${JSON.stringify(prefix)}`)
  }
  return {
    limits: resolveLimits(options.limits),
    cors,
    prefix,
    onError: options.onError ?? printError,
    socketHeaders: resolveSocketHeaders(options.socketHeaders),
  }
}

function resolveSocketHeaders(names: readonly string[] = SOCKET_HEADERS): ReadonlySet<string> {
  const odd = names.find(name => !isHeaderName(name))
  if (odd !== undefined) throw new TypeError(`socketHeaders: ${JSON.stringify(odd)} is not a header name`)
  return new Set(names.map(name => name.toLowerCase()))
}

function resolveLimits(overrides: Partial<ServerLimits> = {}): ServerLimits {
  const limits: Record<string, number> = { ...SERVER_LIMITS }
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(SERVER_LIMITS, name)) {
      throw new TypeError(`limits: there is no "${name}"; there are ${Object.keys(SERVER_LIMITS).join(', ')}`)
    }
    if (value === undefined) continue
    if (typeof value !== 'number' || !(value >= 0)) {
      throw new TypeError(`limits.${name} is a number of 0 or more, got ${String(value)}`)
    }
    limits[name] = value
  }
  return limits as ServerLimits
}

function printError(error: unknown, { route, method, url }: ErrorPlace): void {
  console.error(`${method} ${url}${route === undefined ? '' : ` (route ${route})`} failed:`, error)
}
