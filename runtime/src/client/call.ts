// A route, arguments and options in → one call out: its attempts, each under a timeout, with pauses between them.
import { type ErrorCode, isRetryable, RpcError } from '../errors.ts'
import { HEADERS, MEDIA_TYPES } from '../wire/http-names.ts'
import { CLIENT_LIMITS } from '../wire/limits.ts'
import { argumentsToRequest, type RequestParts } from './arguments-to-request.ts'
import type { CallOptions, ClientOptions, ClientRoute, HeadersOption } from './client-route.ts'
import type { Clock } from './clock.ts'
import type { Packing } from './packing.ts'

export interface ClientSettings {
  readonly options: ClientOptions
  /** The prefix without its trailing slash. */
  readonly prefix: string
  /** Longest silence of a stream, in ms; 0: any. */
  readonly silence: number
  readonly clock: Clock
}

export interface Call {
  readonly route: ClientRoute
  /** Of a call in MessagePack. */
  readonly packing: Packing | undefined
  /** The answer came in rows. */
  isRows: boolean
  /** An error that names the route. */
  error(code: ErrorCode, what: string, cause?: unknown): RpcError
  /** One attempt: `work` within the timeout. Its controller is aborted by the caller's signal, the timeout and `cancel`. */
  attempt<T>(work: (controller: AbortController) => Promise<T>): Promise<T>
  /** Sends the request. Resolves with the head of whatever answer came; rejects with UNAVAILABLE if none did. */
  send(attempt: AbortSignal, lastEventId?: string): Promise<Response>
  /** After a failed attempt: waits until the next one is due, or throws `error` because none is. */
  recover(error: unknown): Promise<void>
  /** The retry budget is whole again. */
  renew(): void
  /** Ends the call, whatever it is doing. */
  cancel(cause?: unknown): void
  /** Lets go of the caller's signal. */
  release(): void
}

/** The code of MessagePack, for a call that is framed so: a module of its own, so that no other client carries it. */
export function loadPacking(
  { options: client }: Pick<ClientSettings, 'options'>,
  route: Pick<ClientRoute, 'framing'>,
  { framing = route.framing ?? client.framing }: CallOptions,
): Promise<Packing> | undefined {
  return framing === 'msgpack' ? import('./packing.ts').then(module => module.createPacking()) : undefined
}

/** Settles as `work` does, or rejects as soon as `signal` is aborted: a custom `fetch` may not heed it. */
export function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.onabort = abort
    if (signal.aborted) abort()
    work.then(resolve, reject)
  })
}

export function createCall(
  { options: client, prefix, clock }: ClientSettings,
  route: ClientRoute,
  args: unknown,
  options: CallOptions,
  packing?: Packing,
): Call {
  const timeout = options.timeout ?? client.timeout ?? CLIENT_LIMITS.timeout
  const {
    attempts = CLIENT_LIMITS.retryAttempts,
    delay = CLIENT_LIMITS.retryDelay,
    maxDelay = CLIENT_LIMITS.retryMaxDelay,
  } = client.retry ?? {}
  const { signal } = options
  let controller = new AbortController()
  let cancelled: RpcError | undefined
  let failures = 0
  /** What the last answer asked for, in ms. */
  let retryAfter = 0

  const error: Call['error'] = (code, what, cause) =>
    new RpcError(code, { message: `${route.method} ${route.path}: ${what}`, cause, remote: true })

  let target: string
  let body: RequestParts['body']
  try {
    ;({ target, body } = argumentsToRequest(route, args, packing?.pack))
  } catch (cause) {
    throw error('BAD_REQUEST', (cause as TypeError).message, cause)
  }

  const cancel: Call['cancel'] = cause => {
    cancelled = error('CANCELLED', 'cancelled', cause)
    controller.abort(cancelled)
  }
  const onAbort = () => cancel(signal?.reason)
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort)

  return {
    route,
    packing,
    isRows: false,
    error,
    cancel,
    release: () => signal?.removeEventListener('abort', onAbort),
    renew: () => {
      failures = 0
    },

    async attempt(work) {
      // A late step of this attempt must not find the controller of the next one.
      const current = controller
      current.signal.throwIfAborted()
      const stop =
        timeout > 0 &&
        clock.after(timeout, () => current.abort(error('TIMEOUT', `no answer within ${timeout} ms`)))
      try {
        return await abortable(current.signal, work(current))
      } finally {
        if (stop) stop()
      }
    },

    async send(attempt, lastEventId) {
      const init = await requestInit({ client, route, options, packing, body, attempt, lastEventId })
      let response: Response
      try {
        response = await (client.fetch ?? fetch)(prefix + target, init)
      } catch (cause) {
        throw error('UNAVAILABLE', 'no answer', cause)
      }
      retryAfter = Number(response.headers.get('retry-after')) * 1000 || 0
      return response
    },

    async recover(failure) {
      if (cancelled) throw cancelled
      const again =
        failure instanceof RpcError &&
        isRetryable(failure.code) &&
        route.method !== 'POST' &&
        route.method !== 'PATCH' &&
        failures < attempts &&
        retryAfter <= maxDelay
      if (!again) throw failure
      controller = new AbortController()
      const jitter = clock.random() * Math.min(delay * 2 ** failures++, maxDelay)
      let stop: (() => void) | undefined
      const pause = new Promise<void>(resolve => {
        stop = clock.after(Math.min(retryAfter + jitter, maxDelay), resolve)
      })
      retryAfter = 0
      await abortable(controller.signal, pause).finally(stop)
    },
  }
}

interface InitParts {
  readonly client: ClientOptions
  readonly route: ClientRoute
  readonly options: CallOptions
  readonly packing: Packing | undefined
  readonly body: RequestParts['body']
  readonly attempt: AbortSignal
  readonly lastEventId: string | undefined
}

async function requestInit(parts: InitParts): Promise<RequestInit> {
  const { client, route, options, packing, body, attempt, lastEventId } = parts
  const headers = await mergeHeaders(client.headers, options.headers)
  if (route.output !== 'response') {
    const isStream = route.output === 'stream'
    headers.set(
      'accept',
      packing?.accept(isStream, route.rows) ?? (isStream ? MEDIA_TYPES.jsonSeq : MEDIA_TYPES.json),
    )
  }
  if (lastEventId !== undefined) headers.set(HEADERS.lastEventId, lastEventId)
  const init: RequestInit = { method: route.method, headers, signal: attempt }
  if (body !== undefined) {
    headers.set('content-type', packing?.type ?? MEDIA_TYPES.json)
    init.body = body
  }
  // A Response that is handed out outlives the call, so its body follows the caller's signal by the platform's means.
  if (route.output === 'response' && options.signal) {
    init.signal = AbortSignal.any?.([attempt, options.signal]) ?? attempt
  }
  return init
}

/** Those of later sources are stronger. Rejects with what a function has thrown. */
export async function mergeHeaders(...sources: (HeadersOption | undefined)[]): Promise<Headers> {
  const headers = new Headers()
  for (const source of sources) {
    new Headers(await (typeof source === 'function' ? source() : source)).forEach((value, name) => {
      headers.set(name, value)
    })
  }
  return headers
}
