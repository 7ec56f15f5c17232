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
  /** Sent to the client. Default: the code in words, such as `not found`. */
  message?: string | undefined
  /** Details for the client: any JSON value. Sent as it is, unchecked. */
  data?: unknown
  /** Places where a value did not match its type. Sent to the client. */
  issues?: readonly Issue[] | undefined
  /** Given to the server's `onError`, never sent. */
  cause?: unknown
  /** See `RpcError.remote`. Default false. */
  remote?: boolean
}

/** An error as it is sent. PROTOCOL.md, "Errors". */
export interface WireError {
  code: ErrorCode
  message: string
  data?: unknown
  issues?: readonly Issue[]
}

/**
 * The error class of servers and clients: `throw new RpcError('NOT_FOUND', { message: 'no such user' })`. Thrown by a handler or middleware, it
 * reaches the client with `code`, `message`, `data` and `issues`. Every failed call of a client throws one.
 */
// What only a server needs is a function beside it: a client's bundle carries each member of a class.
export class RpcError extends Error {
  declare readonly code: ErrorCode
  /** The HTTP status that belongs to the code. */
  declare readonly status: number
  /** What the handler attached; undefined if nothing. Not validated. */
  declare readonly data: unknown
  /** For BAD_REQUEST: the places where a value did not match its type. Else empty. */
  declare readonly issues: readonly Issue[]
  /**
   * True if a client threw it. A handler that lets such an error through answers INTERNAL, because what another service said
   * may not be meant for this one's clients. To pass it on, throw a new RpcError.
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

  /** From an error body or record of a server. An unknown code becomes `fallback`. */
  static fromWire(value: unknown, fallback: ErrorCode = 'INTERNAL'): RpcError {
    const wire = value as Partial<WireError> | undefined
    const code = Object.hasOwn(ERROR_CODES, wire?.code as string) ? wire!.code! : fallback
    return new RpcError(code, { ...wire, remote: true })
  }
}

/** What a handler threw, as its client may see it: RpcErrors of its own. All else is INTERNAL and keeps its text to itself. */
export function ofHandler(thrown: unknown): RpcError {
  try {
    return thrown instanceof RpcError && !thrown.remote ? thrown : internalError(thrown)
  } catch (unreadable) {
    // A Proxy that was revoked does not even say what it is. Whoever answers must not fail with it.
    return internalError(unreadable)
  }
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
