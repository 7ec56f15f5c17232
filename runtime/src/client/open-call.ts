// A unary route of the emitted client in → its method out: it resolves with the decoded result, or with the Response itself.
import { JSON_TYPE } from '../wire/http-names.ts'
import { answerToValue } from './answer-to-value.ts'
import { createCall } from './call.ts'
import type { CallOptions, RouteDetails } from './client-route.ts'
import type { OpenRoute } from './client-table.ts'
import { failureOf } from './failure-of.ts'

export const openCall: OpenRoute<RouteDetails> = (settings, place, details) => {
  const fail = failureOf(place)
  return (args?: unknown, options: CallOptions = {}) => {
    const call = createCall(settings, place, fail, details, args, options)
    return call((answer, packing) => answerToValue(fail, details, answer, packing), { accept: JSON_TYPE })
  }
}

/** The Response outlives the call, so its body follows the caller's signal by the platform's means. */
export const openResponse: OpenRoute<RouteDetails> =
  ([client, ...settings], place, details) =>
  (args?: unknown, options: CallOptions = {}) => {
    const { signal } = options
    const follow: typeof fetch = (url, init) =>
      (client.fetch ?? fetch)(url, {
        ...init,
        signal: (signal && AbortSignal.any?.([init!.signal!, signal])) ?? init!.signal!,
      })
    const call = createCall(
      [{ ...client, fetch: follow }, ...settings],
      place,
      failureOf(place),
      details,
      args,
      options,
    )
    return call(answer => answer)
  }
