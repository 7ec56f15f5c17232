// Nothing in → a server of Effect RPC over HTTP with NDJSON, and its client, out.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FetchHttpClient, HttpRouter } from '@effect/platform'
// Not from the package's index, which needs its parts for clusters.
import * as NodeHttpServer from '@effect/platform-node/NodeHttpServer'
import { Rpc, RpcClient, RpcGroup, RpcSerialization, RpcServer } from '@effect/rpc'
import { Effect, Layer, Schema, Stream } from 'effect'
import { driverOf } from '../drive.ts'
import { type Item, itemsOf, type StreamWork } from '../items.ts'

const group = RpcGroup.make(
  Rpc.make('items', {
    payload: { kind: Schema.Literal('small', 'large', 'rows', 'paced'), count: Schema.Number },
    success: Schema.Struct({
      id: Schema.Number,
      name: Schema.String,
      email: Schema.String,
      active: Schema.Boolean,
      text: Schema.optional(Schema.String),
      sentAt: Schema.optional(Schema.Number),
    }),
    stream: true,
  }),
)

export async function start(): Promise<string> {
  const server: Server = createServer()
  const handlers = group.toLayer({
    items: (work: StreamWork) => Stream.fromAsyncIterable(itemsOf(work), error => error).pipe(Stream.orDie),
  })
  const layer = HttpRouter.Default.serve().pipe(
    Layer.provide(RpcServer.layer(group)),
    Layer.provide(handlers),
    Layer.provide(RpcServer.layerProtocolHttp({ path: '/' })),
    Layer.provide(RpcSerialization.layerNdjson),
    Layer.provide(NodeHttpServer.layer(() => server, { port: 0, host: '127.0.0.1' })),
  )
  Effect.runFork(Layer.launch(layer))
  if (!server.listening) await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const drive = driverOf((url, work, onItem) => {
  const layer = RpcClient.layerProtocolHttp({ url: `${url}/` }).pipe(
    Layer.provide([FetchHttpClient.layer, RpcSerialization.layerNdjson]),
  )
  const read = Effect.gen(function* () {
    const client = yield* RpcClient.make(group)
    yield* Stream.runForEach(client.items(work), item => Effect.sync(() => onItem(item as Item)))
  })
  return Effect.runPromise(read.pipe(Effect.scoped, Effect.provide(layer)))
})
