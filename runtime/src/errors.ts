// A code and what happened in → an RpcError out: the closed vocabulary of everything that can go wrong on the wire.

/** The closed set of error codes, each with its HTTP status. Numbers alone, because every client carries the table. */
export const ERROR_CODES = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  TIMEOUT: 408,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  NOT_IMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const satisfies Record<string, number>

export type ErrorCode = keyof typeof ERROR_CODES

/** Whether a later attempt can succeed. */
export function isRetryable(code: ErrorCode): boolean {
  return isRetryableStatus(ERROR_CODES[code])
}

/** The same of the status that belongs to a code. */
export function isRetryableStatus(status: number | undefined): boolean {
  return [408, 429, 503].includes(status!)
}

/** One place where a value did not match its declared type. */
export interface Issue {
  /** Where, from the arguments' root: `args.items[3].price`. */
  readonly path: string
  /** What the declared type accepts, in words: `number`, `"fast" | "slow"`. */
  readonly expected: string
  /** What was there, shortened: `"12"`, `null`, `nothing`. */
  readonly received: string
}

export interface RpcErrorOptions {
  /** Shown to the client. Defaults to the code in words. */
  message?: string | undefined
  /** JSON-shaped details for the client. Sent as they are. */
  data?: unknown
  /** Mismatches found by validation. */
  issues?: readonly Issue[] | undefined
  /** Logged by the server, never sent. */
  cause?: unknown
  /** See `RpcError.remote`. Default false. */
  remote?: boolean
}

/** What crosses the wire of an error. PROTOCOL.md, "Errors". */
export interface WireError {
  code: ErrorCode
  message: string
  data?: unknown
  issues?: readonly Issue[]
}

/**
 * The one error class of both ends. Thrown by a handler it reaches the client with code, message, data and issues.
 * Whatever only a server needs is a function beside it: bundles of clients carry each member of a class.
 */
export class RpcError extends Error {
  declare readonly code: ErrorCode
  /** The HTTP status that belongs to the code. */
  declare readonly status: number
  declare readonly data: unknown
  declare readonly issues: readonly Issue[]
  /**
   * True when a client raised it: its peer's answer, or a call that failed. A handler that lets such an error through
   * answers INTERNAL, for what another service said is not this one's to publish. To pass it on, throw a new RpcError.
   */
  declare readonly remote: boolean

  constructor(
    code: ErrorCode,
    {
      message = code.toLowerCase().replaceAll('_', ' '),
      data,
      issues = [],
      cause,
      remote = false,
    }: RpcErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    Object.assign(this, { name: 'RpcError', code, status: ERROR_CODES[code], data, issues, remote })
  }

  /** Reads an error record or body of the server, and trusts it with all but the code: without one of ours it is `fallback`. */
  static fromWire(value: unknown, fallback: ErrorCode): RpcError {
    const wire = value as Partial<WireError> | undefined
    const code = Object.hasOwn(ERROR_CODES, wire?.code as string) ? wire!.code! : fallback
    return new RpcError(code, { ...wire, remote: true })
  }
}

/** What a handler threw, as its client may see it: RpcErrors of its own. All else is INTERNAL and keeps its text to itself. */
export function ofHandler(thrown: unknown): RpcError {
  return thrown instanceof RpcError && !thrown.remote ? thrown : internalError(thrown)
}

/** The one funnel: an RpcError stays what it is; anything else becomes INTERNAL and keeps its text to itself. */
export function toRpcError(thrown: unknown): RpcError {
  return thrown instanceof RpcError ? thrown : internalError(thrown)
}

function internalError(cause: unknown): RpcError {
  return new RpcError('INTERNAL', { message: 'internal error', cause })
}

export function errorToWire({ code, message, data, issues }: RpcError): WireError {
  const wire: WireError = { code, message }
  if (data !== undefined) wire.data = data
  if (issues.length > 0) wire.issues = issues
  return wire
}

/** The code that stands for an HTTP status which no body explains (a proxy's 502, say). */
export function statusToCode(status: number): ErrorCode {
  for (const code in ERROR_CODES) if (ERROR_CODES[code as ErrorCode] === status) return code as ErrorCode
  return status < 500 ? 'BAD_REQUEST' : 'UNAVAILABLE'
}
