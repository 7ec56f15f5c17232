// What the server does for a request, counted: it is the same on every machine, where its time is not.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect } from 'chai'
import { createNodeHandler } from '../runtime/src/node.ts'
import { RunningCalls } from '../runtime/src/server/running-calls.ts'
import { declare, nameAndCount } from './support/compiled-routes.ts'
import { send, sendJson } from './support/http-client.ts'

describe('the work of a request', () => {
  it('is one promise, one more and two awaits where a body is read, and one await of a handler that is async', async () => {
    // In a process of its own, where nobody else makes promises.
    const child = fork(new URL('./support/count-promises.ts', import.meta.url), {
      execArgv: ['--import', 'tsx'],
    })
    const [counts] = await once(child, 'message')
    child.disconnect()
    await once(child, 'exit')
    // While they are counted, an await makes one as well. That of an async handler is its own.
    expect(counts).to.deep.equal({ none: 1, body: 4, asyncHandler: 6 })
  })

  it('is one write, of head and body together', async () => {
    const handler = createNodeHandler([
      declare('post', '/echo', args => args, { args: nameAndCount('body') }),
    ])
    const http = createServer(handler)
    const writes: number[] = []
    http.on('connection', (socket: Socket) => {
      const write = socket.write.bind(socket)
      socket.write = ((chunk: string, ...rest: []) => {
        writes.push(chunk.length)
        return write(chunk, ...rest)
      }) as typeof socket.write
    })
    await once(http.listen(0, '127.0.0.1'), 'listening')
    const { port } = http.address() as AddressInfo
    const answer = await sendJson(`http://127.0.0.1:${port}/echo`, { name: 'a' })
    http.close()
    expect(answer.json()).to.deep.equal({ name: 'a' })
    expect(writes).to.have.lengthOf(1)
  })

  it('leaves its request behind until the next one, so that an idle server does not forget the shapes of requests', async () => {
    const handler = createNodeHandler([declare('get', '/', () => null)])
    const requests: WeakRef<IncomingMessage>[] = []
    const http = createServer((req, res) => {
      requests.push(new WeakRef(req))
      handler(req, res)
    })
    await once(http.listen(0, '127.0.0.1'), 'listening')
    const { port } = http.address() as AddressInfo
    for (let i = 0; i < 8; i++) await send(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
    http.close()
    await once(http, 'close')
    await new Promise(setImmediate)
    globalThis.gc!()
    const kept = requests.map(request => request.deref() !== undefined)
    expect(kept.at(-1)).to.equal(true)
    // The engine may still have another one in a register.
    expect(kept.filter(Boolean).length).to.be.lessThan(3)
    await handler.close()
  })
})

describe('running calls', () => {
  it('are those that have begun and not ended, in whatever order they end', async () => {
    const running = new RunningCalls<{ name: string; place: number }>()
    const [a, b, c] = ['a', 'b', 'c'].map(name => ({ name, place: -1 })) as [Named, Named, Named]
    for (const call of [a, b, c]) running.begin(call)
    const names = () => running.all.map(({ name }) => name).sort()
    expect(names()).to.deep.equal(['a', 'b', 'c'])
    running.end(a)
    expect(names()).to.deep.equal(['b', 'c'])
    let isIdle = false
    const idle = running.idle().then(() => {
      isIdle = true
    })
    running.end(c)
    running.begin(a)
    running.end(b)
    expect(names()).to.deep.equal(['a'])
    expect(isIdle).to.equal(false)
    running.end(a)
    await idle
    await running.idle()
    expect(running.all).to.deep.equal([])
  })
})

interface Named {
  readonly name: string
  place: number
}
