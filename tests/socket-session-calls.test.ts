// Frames of a client in a script → which handlers run, what they are answered with, and what it does to their neighbours.
import { expect } from 'chai'
import { RpcError } from '../runtime/src/errors.ts'
import { declareSocket, scriptSocket } from './support/socket-script.ts'

describe('a socket session: calls', () => {
  it('opens, answers a request and streams a subscription', async () => {
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest: async (request: { type: string }) => ({ success: true, type: request.type }),
        onSubscribe: async () =>
          async function* () {
            yield 1
            yield 2
            return 'over'
          },
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1, { type: 'join' }], ['subscribe', 2, 10, null, { room: 'a' }])
    await script.turn()
    expect(socket.frames()).to.deep.equal([
      ['response', 1, { success: true, type: 'join' }],
      ['items', 2, [1, 2]],
      ['end', 2, 'over'],
    ])
    expect(script.engine.counts()).to.deep.equal({ sessions: 1, parked: 0, calls: 0, subscriptions: 0 })
    await socket.cut(1000)
    expect(script.engine.counts().sessions).to.equal(0)
    expect(script.loop.timers.size).to.equal(0)
    expect(script.errors).to.deep.equal([])
    await script.engine.idle()
  })

  it('answers a handler that throws with its RpcError, or with INTERNAL and none of its text', async () => {
    const failure = new Error('secret')
    const script = scriptSocket(
      declareSocket('/chat', {
        onRequest(request: string) {
          throw request === 'own' ? new RpcError('CONFLICT', { message: 'taken', data: 5 }) : failure
        },
      }),
    )
    const socket = await script.open()
    await socket.send(['request', 1, 'own'], ['request', 2, 'other'])
    await script.turn()
    expect(socket.frames()).to.deep.equal([
      ['error', 1, { code: 'CONFLICT', message: 'taken', data: 5 }],
      ['error', 2, { code: 'INTERNAL', message: 'internal error' }],
    ])
    expect(script.errors).to.deep.equal([failure])
  })
})
