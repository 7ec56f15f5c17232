// A unary route of the emitted client in → its method out: it resolves with the decoded result, or with the Response itself.
import { JSON_TYPE } from '../wire/http-names.ts'
import { answerToValue } from './answer-to-value.ts'
import { createCall, failureOf } from './call.ts'
import type { CallOptions, RouteDetails } from './client-route.ts'
import type { OpenRoute } from './client-table.ts'

export const openCall: OpenRoute<RouteDetails> =
  (settings, place, details) =>
  async (args?: unknown, options: CallOptions = {}) => {
    const fail = failureOf(place)
    const [attempt, , end] = createCall(settings, place, fail, details, args, options, JSON_TYPE)
    try {
      return await attempt((answer, _, packing) => answerToValue(fail, details, answer, packing))
    } finally {
      end(true)
    }
  }

/** The Response outlives the call, so its body follows the caller's signal by the platform's means. */
export const openResponse: OpenRoute<RouteDetails> =
  ([client, ...settings], place, details) =>
  async (args?: unknown, options: CallOptions = {}) => {
    const { signal } = options
    const follow: typeof fetch = (url, init) =>
      (client.fetch ?? fetch)(url, {
        ...init,
        signal: (signal && AbortSignal.any?.([init!.signal!, signal])) ?? init!.signal!,
      })
    const [attempt, , end] = createCall(
      [{ ...client, fetch: follow }, ...settings],
      place,
      failureOf(place),
      details,
      args,
      options,
    )
    try {
      return await attempt(answer => answer)
    } finally {
      end(true)
    }
  }
