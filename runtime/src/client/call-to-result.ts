// A unary call in → its decoded result, or the Response itself, out; an RpcError for every other outcome.
import { answerToValue, decodeValue } from './answer-to-value.ts'
import { type ClientSettings, createCall, loadPacking } from './call.ts'
import type { CallOptions, ClientRoute } from './client-route.ts'

export async function callToResult(
  settings: ClientSettings,
  route: ClientRoute,
  args: unknown,
  options: CallOptions = {},
): Promise<unknown> {
  const packing = loadPacking(settings, route, options)
  const call = createCall(settings, route, args, options, packing && (await packing))
  const attempt = async ({ signal }: AbortController) => {
    const response = await call.send(signal)
    return route.output === 'response' ? response : await answerToValue(call, response)
  }
  try {
    for (;;) {
      try {
        const value = await call.attempt(attempt)
        return decodeValue(call, call.isRows ? route.rows?.unpack : route.decode, value)
      } catch (error) {
        await call.recover(error)
      }
    }
  } finally {
    call.release()
  }
}
