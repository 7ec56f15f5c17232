// Nothing in → the promises that the server makes for a request of each kind, as a message to the parent, out.
import { createHook } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createNodeHandler } from '../../runtime/src/node.ts'
import { declare, nameAndCount } from './compiled-routes.ts'

const body = '{"name":"a"}'
const handler = createNodeHandler([
  declare('post', '/body', args => args, { args: nameAndCount('body') }),
  declare('get', '/none', () => 'done'),
  declare('post', '/async', async args => args, { args: nameAndCount('body') }),
])
const http = createServer(handler)
await once(http.listen(0, '127.0.0.1'), 'listening')

let promises = 0
const hook = createHook({
  init(_, type) {
    if (type === 'PROMISE') promises++
  },
})

const counts = {
  body: await countOf(
    `POST /body HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`,
    body,
  ),
  none: await countOf('GET /none HTTP/1.1'),
  asyncHandler: await countOf(
    `POST /async HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`,
    body,
  ),
}
http.close()
process.send?.(counts)

async function countOf(head: string, content = ''): Promise<number> {
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  return new Promise(resolve => {
    socket.once('data', () => {
      hook.disable()
      socket.destroy()
      resolve(promises)
    })
    // Later, when those that wait for the result have their promises.
    setImmediate(() => {
      promises = 0
      hook.enable()
      socket.write(`${head}\r\nHost: a\r\n\r\n${content}`)
    })
  })
}
