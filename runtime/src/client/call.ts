// A route, arguments and options in → one call out: its attempts, each under a timeout, with pauses between them.
import { isRetryableStatus, RpcError } from '../errors.ts'
import { JSON_TYPE } from '../wire/http-names.ts'
import { CALL_TIMEOUT, RETRY_ATTEMPTS, RETRY_DELAY, RETRY_MAX_DELAY } from '../wire/limits.ts'
import { argumentsToRequest } from './arguments-to-request.ts'
import type { CallOptions, HeadersOption, RequestParts, RouteDetails } from './client-route.ts'
import type { ClientSettings } from './client-table.ts'
import { within } from './clock.ts'
import type { Fail } from './failure-of.ts'
import type { Packing } from './packing.ts'

/**
 * Attempts, the request and `work` on the head of whatever answer came, each within the timeout, until one succeeds or no further one is due: then it
 * rejects with the last failure. `own` are headers that no option changes, `accept` for an answer in JSON. Called once more, it begins with the pause that is due
 * after `failure`; `isRenewed`: the retry budget is whole again.
 */
export type Call = <T>(
  work: (answer: Response, packing: Packing | undefined) => T | Promise<T>,
  own?: Readonly<Record<string, string>>,
  failure?: unknown,
  isRenewed?: boolean,
) => Promise<T>

/** The code of MessagePack, where the call is framed so. */
export function packingOf(
  [client, , , load]: ClientSettings,
  details: Pick<RouteDetails, 'framing'>,
  { framing = details.framing ?? client.framing }: CallOptions,
): Promise<Packing> | undefined {
  return framing === 'msgpack' ? load?.() : undefined
}

/** Arguments are read before anything is awaited, unless that is for the code of MessagePack. */
export function createCall(
  settings: ClientSettings,
  place: string,
  fail: Fail,
  details: RouteDetails,
  args: unknown,
  options: CallOptions,
): Call {
  const [client, prefix, clock] = settings
  const { signal, timeout = client.timeout ?? CALL_TIMEOUT } = options
  const { attempts = RETRY_ATTEMPTS, delay = RETRY_DELAY, maxDelay = RETRY_MAX_DELAY } = client.retry ?? {}
  const [method, path] = place.split(' ') as [string, string]
  const loading = packingOf(settings, details, options)
  let failures = 0
  /** What the last answer asked for, in ms. Undefined before the first attempt. */
  let retryAfter: number | undefined
  let parts: RequestParts | undefined

  return async (work, own, failure, isRenewed) => {
    const send = async (current: AbortSignal) => {
      const packing = loading && (await loading)
      parts ??= toParts(fail, path, details, args, packing?.pack)
      const [target, body] = parts
      const headers = await mergeHeaders(client.headers, options.headers, own)
      const type = packing?.head(headers, details.rows, own) ?? JSON_TYPE
      if (body !== undefined) headers['content-type'] = type
      current.throwIfAborted()
      try {
        const init = { method, headers, body: body as string, signal: current }
        const answer = await (client.fetch ?? fetch)(prefix + target, init)
        retryAfter = +answer.headers.get('retry-after')! * 1000 || 0
        return await work(answer, packing)
      } catch (cause) {
        throw cause instanceof RpcError ? cause : fail('UNAVAILABLE', 'the connection failed', cause)
      }
    }
    const late = () => fail('TIMEOUT', `no answer within ${timeout} ms`)
    if (isRenewed) failures = 0
    for (;;) {
      if (retryAfter !== undefined) {
        const isDue =
          isRetryableStatus((failure as RpcError | undefined)?.status) &&
          /^(G|PU|D)/.test(method) &&
          failures < attempts &&
          retryAfter <= maxDelay
        if (!isDue) throw failure
        const jitter = clock.random() * Math.min(delay * 2 ** failures++, maxDelay)
        await within(clock, fail, signal, Math.min(retryAfter + jitter, maxDelay) || 1)
      }
      try {
        retryAfter = 0
        return await within(clock, fail, signal, timeout, late, send)
      } catch (error) {
        failure = error
      }
    }
  }
}

/** Throws BAD_REQUEST for arguments that no request can carry. */
export function toParts(fail: Fail, ...request: Parameters<typeof argumentsToRequest>): RequestParts {
  try {
    return argumentsToRequest(...request)
  } catch (cause) {
    throw fail('BAD_REQUEST', (cause as Error).message, cause)
  }
}

/** By lower-case name; those of later sources are stronger. Rejects with what a function has thrown. */
export async function mergeHeaders(
  ...sources: (HeadersOption | undefined)[]
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const source of sources) {
    const given = typeof source === 'function' ? await source() : source
    for (const [name, value] of new Headers(given)) headers[name] = value
  }
  return headers
}
