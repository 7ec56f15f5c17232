// An upgrade request in → the socket route and subprotocol it is opened with, or the error it is refused with, out.
import { errorToWire, isRetryable, RpcError } from '../errors.ts'
import { writeNative } from '../validation/native-to-msgpack.ts'
import { unpackedToJson, untypedToJson } from '../validation/unpacked-to-json.ts'
import { jsonFraming } from '../wire/json-framing.ts'
import { createMsgpackFraming } from '../wire/msgpack-framing.ts'
import { codeToClose, rowsSubprotocol, SUBPROTOCOLS } from '../wire/socket-frames.ts'
import type { Encoded, SocketFraming } from '../wire/socket-framing.ts'
import { isAllowed } from './cors.ts'
import { readParams } from './exchange-to-args.ts'
import type { ServableSocket } from './modules-to-routes.ts'
import { type RouteMatch, type Router, SOCKET_METHOD } from './router.ts'
import type { CorsOptions, ServerSettings } from './server-options.ts'

/** What an adapter knows before it answers an upgrade. */
export interface UpgradeRequest {
  /** Path and query as they came, still encoded. */
  readonly target: string
  /** By lower-case name. Read-only. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** `http://host` of the request, for `context.url`. */
  readonly origin: string
  readonly remoteAddress: string | undefined
}

/** An upgrade that may be made. */
export interface Admitted {
  readonly subprotocol: string
  readonly framing: SocketFraming
  readonly match: RouteMatch<ServableSocket>
  /** Path parameters by name, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** Its headers are those that the application may see. */
  readonly request: UpgradeRequest
}

/** What is sent over a socket that is opened only to say why it is closed. */
export interface Farewell {
  readonly subprotocol: string
  readonly message: Encoded
  readonly code: number
  readonly reason: string
}

export interface Refused {
  readonly refused: RpcError
  /** For a client of ours: a page sees nothing of an answer by HTTP, and would try again until its time is up. */
  readonly farewell?: Farewell | undefined
}

export type Admission = Admitted | Refused

const FRAMINGS: ReadonlyMap<string, SocketFraming> = new Map([
  [SUBPROTOCOLS.json, jsonFraming],
  [
    SUBPROTOCOLS.msgpack,
    createMsgpackFraming({
      // Pairs, because a client knows no types and could not tell a Map from an object.
      write: (value, output, writer) => writeNative(value, output, 'pairs', writer),
      toJson: unpackedToJson,
      toUntypedJson: untypedToJson,
    }),
  ],
])
/** Shared, so nobody may change it. */
const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({})
/** Another framing, so that no session goes on over a socket of the other. */
const ROWS_FRAMING = createMsgpackFraming({
  write: (value, output, writer) =>
    output.write ? output.write(value as never, writer) : writeNative(value, output, 'pairs', writer),
  toJson: unpackedToJson,
  toUntypedJson: untypedToJson,
})

/**
 * Throws the refusal: NOT_FOUND for a path that is no socket route, and for nothing else, or FORBIDDEN or BAD_REQUEST.
 * `onCorsError` is told of a throw of the `cors` setting's own function. PROTOCOL.md, "Opening a socket".
 */
export function upgradeToAdmission(
  request: UpgradeRequest,
  router: Router<ServableSocket>,
  { cors, limits }: Pick<ServerSettings, 'cors' | 'limits'>,
  onCorsError: (error: unknown) => void,
): Admitted {
  const { target } = request
  if (target.length > limits.maxUrlLength) {
    throw new RpcError('BAD_REQUEST', { message: `the URL is longer than ${limits.maxUrlLength} characters` })
  }
  const mark = target.indexOf('?')
  const match = router.find(SOCKET_METHOD, mark < 0 ? target : target.slice(0, mark))
  if (match === undefined) {
    throw new RpcError('NOT_FOUND', { message: 'there is no socket route for this path' })
  }
  const headers = visibleHeaders(request.headers, cors, onCorsError)
  const subprotocol = chooseSubprotocol(request.headers['sec-websocket-protocol'], match.route.compiled.rows)
  const params = match.params.length === 0 ? NO_PARAMS : Object.fromEntries(readParams(match))
  return { ...subprotocol, match, params, request: { ...request, headers: withoutHandshake(headers) } }
}

function chooseSubprotocol(
  offered: string | undefined,
  schema: string | undefined,
): Pick<Admitted, 'subprotocol' | 'framing'> {
  const chosen = findSubprotocol(offered, schema === undefined ? undefined : rowsSubprotocol(schema))
  if (chosen !== undefined) return chosen
  const known = [...FRAMINGS.keys()].join(', ')
  throw new RpcError('BAD_REQUEST', { message: `Sec-WebSocket-Protocol offers none of ${known}` })
}

/** The client's order counts. RFC 6455, section 11.3.4. */
function findSubprotocol(offered = '', rows?: string): Pick<Admitted, 'subprotocol' | 'framing'> | undefined {
  for (const name of offered.split(',').map(name => name.trim())) {
    if (name === rows) return { subprotocol: rows, framing: ROWS_FRAMING }
    // The name is our own text, which all sockets share, and not a piece of their requests.
    for (const [subprotocol, framing] of FRAMINGS) if (subprotocol === name) return { subprotocol, framing }
  }
  return undefined
}

/** None where a later attempt can succeed, which every client makes by itself, and for those who speak none of our subprotocols. */
export function refusalToFarewell(refused: RpcError, { headers }: UpgradeRequest): Farewell | undefined {
  const known = findSubprotocol(headers['sec-websocket-protocol'])
  if (known === undefined || isRetryable(refused.code)) return undefined
  const { subprotocol, framing } = known
  const message = framing.message(0, 0, [framing.frame(['fail', errorToWire(refused)])])
  return { subprotocol, message, code: codeToClose(refused.code), reason: refused.code }
}

/** What only the handshake is concerned with would be kept for as long as the session. */
function withoutHandshake({
  connection: _,
  upgrade: __,
  'sec-websocket-key': ___,
  'sec-websocket-version': ____,
  'sec-websocket-extensions': _____,
  ...headers
}: UpgradeRequest['headers']): UpgradeRequest['headers'] {
  return headers
}

/**
 * Any page may open a WebSocket to any server, and the browser adds its cookies: only `Origin` tells (RFC 6455, section 10.2).
 * What browsers add by themselves is hidden from pages that are let in without credentials.
 */
function visibleHeaders(
  headers: UpgradeRequest['headers'],
  cors: CorsOptions | undefined,
  onCorsError: (error: unknown) => void,
): UpgradeRequest['headers'] {
  const { origin } = headers
  if (origin === undefined || isSameHost(origin, headers.host)) return headers
  if (!isOriginAllowed(origin, cors, onCorsError)) {
    const message = `pages of ${JSON.stringify(origin)} may not open sockets here: see the option "cors"`
    throw new RpcError('FORBIDDEN', { message })
  }
  if (cors?.credentials) return headers
  const { cookie: _, authorization: __, ...visible } = headers
  return visible
}

function isOriginAllowed(
  origin: string,
  cors: CorsOptions | undefined,
  onCorsError: (error: unknown) => void,
): boolean {
  if (cors === undefined) return false
  try {
    return isAllowed(cors, origin)
  } catch (error) {
    onCorsError(error)
    return false
  }
}

/** Parsed, because either may leave out the port that its scheme has by default. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !/^https?:/.test(origin) || !URL.canParse(origin)) return false
  const page = new URL(origin)
  const own = `${page.protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === page.host
}
