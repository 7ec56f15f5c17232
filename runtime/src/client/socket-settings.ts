// What one socket of a client is opened with, and whom it tells: the vocabulary of the files beside this one.
import type { ErrorCode, RpcError } from '../errors.ts'
import type { SOCKET_CLIENT_LIMITS } from '../wire/limits.ts'
import type { ClientFraming } from '../wire/socket-framing.ts'
import type { CallOptions, ClientOptions, SocketDetails } from './client-route.ts'
import type { Clock } from './clock.ts'

export interface SocketSettings {
  readonly clock: Clock
  readonly options: ClientOptions
  readonly route: SocketDetails
  readonly headers: CallOptions['headers']
  /** With the path parameters filled in. */
  readonly url: string
  readonly limits: Readonly<Record<keyof typeof SOCKET_CLIENT_LIMITS, number>>
  readonly framing: ClientFraming
  /** Of the present socket: answers come in rows. */
  isRows: boolean
  /** An error that names the route. */
  error(code: ErrorCode, what: string, cause?: unknown): RpcError
  /** The first `ready` has come. */
  opened(): void
  /** The socket is closed for good. */
  ended(error: RpcError): void
}
