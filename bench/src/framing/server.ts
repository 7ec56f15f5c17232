// Nothing in → a server on a free port, whose address goes to the parent process, out.
import { serve } from '@alien-rpc/service/node'
import * as routes from './routes.ts'

const server = await serve(routes, { port: 0 })
process.send?.({ url: server.url })
// A parent that goes takes its server with it.
process.on('disconnect', () => process.exit())
