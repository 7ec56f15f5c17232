// A streaming route of the emitted client in → its method out, which gives an RpcStream.
import { batchesToStream } from './batches-to-stream.ts'
import { callToBatches } from './call-to-batches.ts'
import type { CallOptions, ClientRoute, OpenRoute } from './client-route.ts'

export const openStream: OpenRoute<ClientRoute> =
  (settings, route) =>
  (args?: unknown, options: CallOptions = {}) =>
    batchesToStream(callToBatches(settings, route, args, options), options.signal)
