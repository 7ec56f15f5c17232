// Nothing in → a server of Alien RPC, and its emitted client in both framings, out.
import { serve } from '@alien-rpc/service/node'
import { type Client, createClient } from '../../generated/client.ts'
import { iteratorDriver } from '../drive.ts'
import type { Kind } from '../items.ts'
import * as routes from '../routes.ts'

export async function start(): Promise<string> {
  return (await serve(routes, { port: 0 })).url
}

const METHODS = {
  small: 'streamSmall',
  large: 'streamLarge',
  rows: 'streamRows',
  paced: 'streamPaced',
} as const satisfies Record<Kind, keyof Client>

export const drive = createDriver('json')
export const driveMsgpack = createDriver('msgpack')

function createDriver(framing: 'json' | 'msgpack') {
  return iteratorDriver((url, { kind, count }) =>
    createClient({ prefixUrl: url })[METHODS[kind]]({ count }, { framing }),
  )
}
