// Nothing in → two servers on free ports, whose addresses go to the parent process, out.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@alien-rpc/service/node'
import { answerByHand } from './by-hand.ts'
import * as routes from './routes.ts'

const ours = await serve(routes, { port: 0 })
const byHand = createServer((request, response) => {
  answerByHand(request, response).catch(error => response.destroy(error))
})
byHand.listen(0, '127.0.0.1', () => {
  process.send?.({ ours: ours.url, byHand: `http://127.0.0.1:${(byHand.address() as AddressInfo).port}` })
})
// A parent that goes takes its servers with it.
process.on('disconnect', () => process.exit())
