// A route, arguments and options in → one call out: its attempts, each under a timeout, with pauses between them.
import { type ErrorCode, isRetryable, RpcError } from '../errors.ts'
import { JSON_TYPE, LAST_EVENT_ID } from '../wire/http-names.ts'
import { CALL_TIMEOUT, RETRY_ATTEMPTS, RETRY_DELAY, RETRY_MAX_DELAY } from '../wire/limits.ts'
import { argumentsToRequest, type RequestParts } from './arguments-to-request.ts'
import type {
  CallOptions,
  ClientOptions,
  ClientRoute,
  ClientSettings,
  HeadersOption,
} from './client-route.ts'
import { startTimer } from './clock.ts'
import type { Packing } from './packing.ts'

export interface Call {
  /** Of a call in MessagePack. */
  readonly packing: Packing | undefined
  /** An error that names the route. */
  error(code: ErrorCode, what: string, cause?: unknown): RpcError
  /**
   * One attempt: the request, and `work` on the head of whatever answer came, all within the timeout. Rejects with UNAVAILABLE
   * if none came. The controller is aborted by the caller's signal, the timeout and `cancel`.
   */
  attempt<T>(
    work: (answer: Response, controller: AbortController) => T | Promise<T>,
    lastEventId?: string,
  ): Promise<T>
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
  client: ClientOptions,
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

/** `accept` is the type of the answer in JSON; none: any answer is handed out as it is. Arguments are read before anything is awaited. */
export async function createCall(
  { options: client, prefix, clock }: ClientSettings,
  route: ClientRoute,
  args: unknown,
  options: CallOptions,
  accept?: string,
): Promise<Call> {
  const { method, path } = route
  const { signal, timeout = client.timeout ?? CALL_TIMEOUT } = options
  const { attempts = RETRY_ATTEMPTS, delay = RETRY_DELAY, maxDelay = RETRY_MAX_DELAY } = client.retry ?? {}
  let controller = new AbortController()
  let cancelled: RpcError | undefined
  let failures = 0
  /** What the last answer asked for, in ms. */
  let retryAfter = 0

  const error: Call['error'] = (code, what, cause) =>
    new RpcError(code, { message: `${method} ${path}: ${what}`, cause, remote: true })

  const loading = loadPacking(client, route, options)
  const packing = loading && (await loading)
  let parts: RequestParts
  try {
    parts = argumentsToRequest(route, args, packing?.pack)
  } catch (cause) {
    throw error('BAD_REQUEST', (cause as Error).message, cause)
  }
  const { target, body } = parts

  const cancel: Call['cancel'] = cause => {
    cancelled = error('CANCELLED', 'cancelled', cause)
    controller.abort(cancelled)
  }
  const onAbort = () => cancel(signal?.reason)
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort)

  const toInit = async (attempt: AbortSignal, lastEventId: string | undefined): Promise<RequestInit> => {
    const headers = await mergeHeaders(client.headers, options.headers)
    const init: RequestInit = { method, headers, signal: attempt }
    if (accept) headers.set('accept', packing?.accept(accept, route.rows) ?? accept)
    // A Response that is handed out outlives the call, so its body follows the caller's signal by the platform's means.
    else if (signal) init.signal = AbortSignal.any?.([attempt, signal]) ?? attempt
    if (lastEventId !== undefined) headers.set(LAST_EVENT_ID, lastEventId)
    if (body !== undefined) {
      headers.set('content-type', packing?.type ?? JSON_TYPE)
      init.body = body
    }
    return init
  }

  const send = async (attempt: AbortSignal, lastEventId: string | undefined): Promise<Response> => {
    const init = await toInit(attempt, lastEventId)
    let response: Response
    try {
      response = await (client.fetch ?? fetch)(prefix + target, init)
    } catch (cause) {
      throw error('UNAVAILABLE', 'no answer', cause)
    }
    retryAfter = Number(response.headers.get('retry-after')) * 1000 || 0
    return response
  }

  return {
    packing,
    error,
    cancel,
    release: () => signal?.removeEventListener('abort', onAbort),
    renew: () => {
      failures = 0
    },

    async attempt(work, lastEventId) {
      // A late step of this attempt must not find the controller of the next one.
      const current = controller
      const attempt = current.signal
      attempt.throwIfAborted()
      const stop = startTimer(clock, timeout, () =>
        current.abort(error('TIMEOUT', `no answer within ${timeout} ms`)),
      )
      return abortable(
        attempt,
        send(attempt, lastEventId).then(answer => work(answer, current)),
      ).finally(stop)
    },

    async recover(failure) {
      if (cancelled) throw cancelled
      const again =
        failure instanceof RpcError &&
        isRetryable(failure.code) &&
        /GET|PUT|DELETE/.test(method) &&
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
