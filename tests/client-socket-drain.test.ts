// A server that closes while a subscription has unread items → what its next session is asked for. Scripted.
import { expect } from 'chai'
import type { RpcStream } from '../runtime/src/client/client-route.ts'
import { ready, type ScriptedSocket, SocketScript, turn } from './support/scripted-socket.ts'

describe('a subscription that moves to another server', () => {
  let script: SocketScript
  let socket: ScriptedSocket
  let stream: RpcStream<unknown, unknown>
  let client: Awaited<ReturnType<SocketScript['open']>>['client']
  const read = async (count: number) => {
    for (let i = 0; i < count; i++) expect((await stream.next()).done).to.equal(false)
  }
  /** It has had its whole credit, of which `taken` were read, when the server drains. */
  const drain = async (credit: number, taken: number) => {
    script = new SocketScript()
    ;({ client, socket } = await script.open({ credit }))
    stream = client.subscribe('x')
    const first = stream.next()
    await turn()
    socket.say([1, 1, ['items', 1, Array.from({ length: credit }, (_, index) => index)]])
    await first
    await read(taken - 1)
    socket.say([2, 1, ['drain']])
  }
  const move = async () => {
    socket.end(1001)
    socket = await script.reconnect(ready('s2'))
    await turn()
  }

  it('allows what was read before the next session was open', async () => {
    await drain(4, 1)
    await read(3)
    const next = stream.next()
    await move()
    const [, , credit] = socket.frames.find(([kind]) => kind === 'subscribe') ?? []
    expect(credit).to.equal(4)
    expect(socket.frames.filter(([kind]) => kind === 'credit')).to.deep.equal([])
    const id = socket.frames.find(([kind]) => kind === 'subscribe')?.[1]
    socket.say([1, 1, ['items', id, ['a']]])
    expect(await next).to.deep.equal({ done: false, value: 'a' })
  })

  it('never has more than its credit unread, however little was read', async () => {
    await drain(4, 3)
    await move()
    expect(socket.frames).to.deep.equal([
      ['hello', {}],
      ['subscribe', 2, 2, null, 'x'],
    ])
    await read(1)
    socket.say([1, 1, ['items', 2, ['a', 'b']]])
    await read(2)
    expect(socket.closedWith).to.equal(undefined)
  })

  it('takes its ids in rising order, also where others have asked in between', async () => {
    await drain(4, 1)
    const answer = client.request('r')
    await read(3)
    const next = stream.next()
    await move()
    const calls = socket.frames.filter(([kind]) => kind !== 'hello')
    expect(calls).to.deep.equal([
      ['request', 3, 'r'],
      ['subscribe', 5, 4, null, 'x'],
    ])
    socket.say([1, 1, ['response', 3, 'R'], ['end', 5]])
    expect(await answer).to.equal('R')
    expect((await next).done).to.equal(true)
  })

  it('says nothing of one that was left before the next session was open', async () => {
    await drain(4, 1)
    await read(3)
    await stream.return()
    await move()
    expect(socket.frames).to.deep.equal([['hello', {}]])
  })
})
