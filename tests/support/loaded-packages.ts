// Nothing in → whether `ws` is loaded once a server without sockets runs, and once one with sockets does, as a message to the parent, out.
import { createRequire } from 'node:module'
import { serve } from '../../runtime/src/node.ts'
import { declare } from './compiled-routes.ts'
import { declareSocket } from './socket-script.ts'

const { cache } = createRequire(import.meta.url)
const hasSockets = () => Object.keys(cache).some(name => /[\\/]node_modules[\\/]ws[\\/]/.test(name))

const plain = await serve([declare('get', '/plain', () => 'plain')])
const before = hasSockets()
const both = await serve([declareSocket('/socket', {})])
process.send?.({ before, after: hasSockets() })
await plain.close()
await both.close()
process.disconnect?.()
