// A route, arguments and options in → one call out: its attempts, each under a timeout, with pauses between them.
import { type ErrorCode, isRetryableStatus, RpcError } from '../errors.ts'
import { JSON_TYPE, LAST_EVENT_ID } from '../wire/http-names.ts'
import { CALL_TIMEOUT, RETRY_ATTEMPTS, RETRY_DELAY, RETRY_MAX_DELAY } from '../wire/limits.ts'
import { argumentsToRequest } from './arguments-to-request.ts'
import type { CallOptions, HeadersOption, RequestParts, RouteDetails } from './client-route.ts'
import type { ClientSettings } from './client-table.ts'
import { wait } from './clock.ts'
import type { Packing } from './packing.ts'

/** An error that names the route. */
export type Fail = (code: ErrorCode, what: string, cause?: unknown) => RpcError

/** What is done with the head of whatever answer came. The controller ends the attempt. */
type Work<T> = (answer: Response, controller: AbortController, packing: Packing | undefined) => T | Promise<T>

export type Call = readonly [
  /** Attempts, the request and `work` on its answer, each within the timeout, until one succeeds or no further one is due. */
  attempt: <T>(work: Work<T>, lastEventId?: string) => Promise<T>,
  /** After a failure: waits until the next attempt is due, or throws `error` because none is. `isRenewed`: the retry budget is whole again. */
  recover: (error: unknown, isRenewed?: boolean) => Promise<void>,
  /** Lets go of the caller's signal, and ends the call, whatever it is doing, unless it is complete. */
  end: (isComplete?: boolean) => void,
]

export function failureOf(place: string): Fail {
  return (code, what, cause) => new RpcError(code, { message: `${place}: ${what}`, cause, remote: true })
}

/** The code of MessagePack, where the call is framed so. */
export function packingOf(
  [client, , , load]: ClientSettings,
  details: Pick<RouteDetails, 'framing'>,
  { framing = details.framing ?? client.framing }: CallOptions,
): Promise<Packing> | undefined {
  return framing === 'msgpack' ? load?.().then(module => module.createPacking()) : undefined
}

/** `accept` is the type of the answer in JSON. Arguments are read before anything is awaited, unless that is for the code of MessagePack. */
export function createCall(
  settings: ClientSettings,
  place: string,
  fail: Fail,
  details: RouteDetails,
  args: unknown,
  options: CallOptions,
  accept?: string,
): Call {
  const [client, prefix, clock] = settings
  const { signal, timeout = client.timeout ?? CALL_TIMEOUT } = options
  const { attempts = RETRY_ATTEMPTS, delay = RETRY_DELAY, maxDelay = RETRY_MAX_DELAY } = client.retry ?? {}
  const [method, path] = place.split(' ') as [string, string]
  let controller = new AbortController()
  let cancelled: RpcError | undefined
  let failures = 0
  /** What the last answer asked for, in ms. */
  let retryAfter = 0
  let parts: RequestParts | undefined

  const loading = packingOf(settings, details, options)

  const cancel = () => {
    cancelled = fail('CANCELLED', 'cancelled', signal?.reason)
    controller.abort(cancelled)
  }
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted) cancel()

  const send = async <T>(
    work: Work<T>,
    current: AbortController,
    lastEventId: string | undefined,
  ): Promise<T> => {
    const packing = loading && (await loading)
    try {
      parts ??= argumentsToRequest(path, details, args, packing?.pack)
    } catch (cause) {
      throw fail('BAD_REQUEST', (cause as Error).message, cause)
    }
    const [target, body] = parts
    const headers = await mergeHeaders(client.headers, options.headers)
    if (accept) headers.accept = packing?.accept(accept, details.rows) ?? accept
    if (lastEventId !== undefined) headers[LAST_EVENT_ID] = lastEventId
    if (body !== undefined) headers['content-type'] = packing?.type ?? JSON_TYPE
    current.signal.throwIfAborted()
    try {
      const answer = await (client.fetch ?? fetch)(prefix + target, {
        method,
        headers,
        body: body!,
        signal: current.signal,
      })
      retryAfter = +answer.headers.get('retry-after')! * 1000 || 0
      return await work(answer, current, packing)
    } catch (cause) {
      throw cause instanceof RpcError ? cause : fail('UNAVAILABLE', 'the connection failed', cause)
    }
  }

  const recover: Call[1] = async (error, isRenewed) => {
    if (cancelled) throw cancelled
    if (isRenewed) failures = 0
    if (
      !isRetryableStatus((error as RpcError).status) ||
      !/^(G|PU|D)/.test(method) ||
      failures >= attempts ||
      retryAfter > maxDelay
    )
      throw error
    controller = new AbortController()
    const jitter = clock.random() * Math.min(delay * 2 ** failures++, maxDelay)
    await wait(clock, controller.signal, Math.min(retryAfter + jitter, maxDelay) || 1)
  }

  const attempt: Call[0] = async (work, lastEventId) => {
    for (;;) {
      // A late step of this attempt must not find the controller of the next one.
      const current = controller
      const late = () => current.abort(fail('TIMEOUT', `no answer within ${timeout} ms`))
      try {
        retryAfter = 0
        return await wait(clock, current.signal, timeout, send(work, current, lastEventId), late)
      } catch (error) {
        await recover(error)
      }
    }
  }

  return [
    attempt,
    recover,
    isComplete => {
      signal?.removeEventListener('abort', cancel)
      if (!isComplete) cancel()
    },
  ]
}

/** By lower-case name; those of later sources are stronger. Rejects with what a function has thrown. */
export async function mergeHeaders(
  ...sources: (HeadersOption | undefined)[]
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const source of sources) {
    const given = await (typeof source === 'function' ? source() : source)
    for (const [name, value] of new Headers(given)) headers[name] = value
  }
  return headers
}
