// Nothing in → a server of Alien RPC whose items are counted, and its emitted client, out.
import { serve } from '@alien-rpc/service/node'
import { createClient } from '../../generated/client.ts'
import { readerOf } from '../reader.ts'
import * as routes from '../routes.ts'

export { takeMade } from '../items.ts'

export async function start(): Promise<string> {
  return (await serve(routes, { port: 0 })).url
}

export const { readAll, readSlowly } = readerOf((url, count) =>
  createClient({ prefixUrl: url }).memoryItems({ count }),
)
