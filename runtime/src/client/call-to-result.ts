// A unary call in → its decoded result, or the Response itself, out; an RpcError for every other outcome.
import { JSON_TYPE } from '../wire/http-names.ts'
import { answerToValue } from './answer-to-value.ts'
import { createCall } from './call.ts'
import type { CallOptions, ClientRoute, ClientSettings } from './client-route.ts'

export async function callToResult(
  settings: ClientSettings,
  route: ClientRoute,
  args: unknown,
  options: CallOptions,
): Promise<unknown> {
  const isResponse = route.output === 'response'
  const call = await createCall(settings, route, args, options, isResponse ? undefined : JSON_TYPE)
  try {
    for (;;) {
      try {
        return await call.attempt(answer => (isResponse ? answer : answerToValue(call, route, answer)))
      } catch (error) {
        await call.recover(error)
      }
    }
  } finally {
    call.release()
  }
}
