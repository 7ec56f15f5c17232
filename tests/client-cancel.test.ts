// Servers that never answer in → TIMEOUT or CANCELLED, and nothing left behind, out.
import { expect } from 'chai'
import {
  type Answer,
  countingSignal,
  destroy,
  eventually,
  failure,
  handServers,
  json,
  ManualClock,
  rejection,
  testClient,
} from './support/scripted-server.ts'

describe('client: timeouts and cancellation', () => {
  const serve = handServers()

  const hang: Answer = () => undefined

  it('rejects with TIMEOUT and closes the connection', async () => {
    const { url, requests } = await serve(hang)
    const clock = new ManualClock()
    const call = rejection(testClient({ prefixUrl: url }, clock).createUser({}, { timeout: 70 }))
    await eventually(() => requests.length === 1)
    clock.pass(70)
    const error = await call
    expect(error).to.include({ code: 'TIMEOUT', message: 'POST /users: no answer within 70 ms' })
    await eventually(() => requests[0]!.closed)
    expect(clock.timers).to.have.property('size', 0)
  })

  it('gives every attempt its own timeout', async () => {
    const { url, requests } = await serve(hang, hang, json('ok'))
    const clock = new ManualClock()
    const call = testClient({ prefixUrl: url, timeout: 50 }, clock).getUser({ id: '1' })
    for (let n = 1; n <= 2; n++) {
      await eventually(() => requests.length === n)
      clock.pass(50)
      await eventually(() => clock.asked.length === 2 * n)
      clock.pass(5000)
    }
    expect(await call).to.equal('ok')
    expect(clock.asked).to.deep.equal([50, 200, 50, 400, 50])
    expect(clock.timers).to.have.property('size', 0)
  })

  it('sends nothing for an attempt that is over, however late its headers come', async () => {
    const { url, requests } = await serve(json('ok'))
    const clock = new ManualClock()
    const late: ((headers: Record<string, string>) => void)[] = []
    const headers = () => new Promise<Record<string, string>>(resolve => late.push(resolve))
    const call = testClient({ prefixUrl: url, headers }, clock).getUser({ id: '1' })
    await eventually(() => late.length === 1)
    clock.pass(30_000)
    await eventually(() => clock.asked.at(-1) === 200)
    clock.pass(200)
    await eventually(() => late.length === 2)
    late[0]!({ attempt: 'first' })
    late[1]!({ attempt: 'second' })
    expect(await call).to.equal('ok')
    expect(requests.map(r => r.headers.attempt)).to.deep.equal(['second'])
  })

  it('covers the body too', async () => {
    const { url, requests } = await serve(res => {
      res.writeHead(200, { 'content-type': 'application/json' }).write('[')
    })
    const clock = new ManualClock()
    const call = rejection(testClient({ prefixUrl: url }, clock).createUser({}))
    await eventually(() => requests.length === 1)
    clock.pass(30_000)
    expect((await call).code).to.equal('TIMEOUT')
  })

  it('sets no timer for a timeout of 0', async () => {
    const { url } = await serve(json(1))
    const clock = new ManualClock()
    await testClient({ prefixUrl: url, timeout: 0 }, clock).getUser({ id: '1' })
    expect(clock.asked).to.deep.equal([])
  })

  it('does not time the body of a Response, and lets the signal cancel it', async () => {
    const { url, requests } = await serve(res => {
      res.writeHead(200).write('first')
    })
    const clock = new ManualClock()
    const counted = countingSignal()
    const response = (await testClient({ prefixUrl: url }, clock).download(undefined, {
      signal: counted.signal,
    })) as Response
    expect([clock.timers.size, counted.listeners]).to.deep.equal([0, 0])
    const body = rejection(response.text())
    counted.controller.abort()
    await body
    await eventually(() => requests[0]!.closed)
  })

  it('rejects with CANCELLED and the reason when the caller aborts', async () => {
    const { url, requests } = await serve(hang)
    const clock = new ManualClock()
    const counted = countingSignal()
    const call = rejection(
      testClient({ prefixUrl: url }, clock).getUser({ id: '1' }, { signal: counted.signal }),
    )
    await eventually(() => requests.length === 1)
    expect(counted.listeners).to.equal(1)
    const reason = new Error('left the page')
    counted.controller.abort(reason)
    const error = await call
    expect(error.code).to.equal('CANCELLED')
    expect(error.cause).to.equal(reason)
    await eventually(() => requests[0]!.closed)
    expect([counted.listeners, clock.timers.size]).to.deep.equal([0, 0])
  })

  it('sends nothing when the signal is aborted before the call', async () => {
    const { url, requests } = await serve(json(1))
    const error = await rejection(
      testClient({ prefixUrl: url }).getUser({ id: '1' }, { signal: AbortSignal.abort('early') }),
    )
    expect(error).to.include({ code: 'CANCELLED', cause: 'early' })
    expect(requests).to.have.length(0)
  })

  it('ends the pause before a retry when the caller aborts', async () => {
    const { url, requests } = await serve(destroy)
    const clock = new ManualClock()
    const counted = countingSignal()
    const call = rejection(
      testClient({ prefixUrl: url }, clock).getUser({ id: '1' }, { signal: counted.signal }),
    )
    await eventually(() => clock.asked.length === 2)
    counted.controller.abort()
    expect((await call).code).to.equal('CANCELLED')
    expect([requests.length, counted.listeners, clock.timers.size]).to.deep.equal([1, 0, 0])
  })

  it('makes no further attempt, at whatever moment after a failure the caller aborts', async () => {
    for (let moment = 0; moment < 30; moment++) {
      const controller = new AbortController()
      let sent = 0
      const fetch = async () => {
        sent++
        const abortLater = async () => {
          for (let turn = 0; turn < moment; turn++) await undefined
          controller.abort()
        }
        abortLater()
        throw new TypeError('no network')
      }
      const clock = new ManualClock()
      const client = testClient({ prefixUrl: 'http://h', fetch }, clock)
      const error = await rejection(client.getUser({ id: '1' }, { signal: controller.signal }))
      expect([error.code, sent, clock.timers.size]).to.deep.equal(['CANCELLED', 1, 0])
    }
  })

  it('rejects at once even if the given fetch ignores its signal', async () => {
    const controller = new AbortController()
    let asked = false
    const fetch = () => {
      asked = true
      return new Promise<never>(() => undefined)
    }
    const call = rejection(
      testClient({ prefixUrl: 'http://h', fetch }).getUser({ id: '1' }, { signal: controller.signal }),
    )
    await eventually(() => asked)
    controller.abort()
    expect((await call).code).to.equal('CANCELLED')
  })

  it('leaves no listener and no timer behind after success and failure', async () => {
    const { url } = await serve(json(1), failure('NOT_FOUND', 404))
    const clock = new ManualClock()
    const counted = countingSignal()
    const client = testClient({ prefixUrl: url }, clock)
    await client.getUser({ id: '1' }, { signal: counted.signal })
    await rejection(client.getUser({ id: '1' }, { signal: counted.signal }))
    await rejection(client.getUser({}, { signal: counted.signal }))
    expect([counted.most, counted.listeners, clock.timers.size]).to.deep.equal([1, 0, 0])
  })
})
