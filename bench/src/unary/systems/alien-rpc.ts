// Nothing in → the address of a server of Alien RPC out.
import { serve } from '@alien-rpc/service/node'
import * as routes from '../routes.ts'

export async function start(): Promise<string> {
  const { url } = await serve(routes, { port: 0 })
  return `${url}/place`
}
