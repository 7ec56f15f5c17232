// The chat as `npm run chat` starts it, without a browser → its page, its socket's refusals, and an end that leaves nothing running.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import type { RpcError } from '../runtime/src/errors.ts'
import { buildChat } from './support/chat-app.ts'

describe('the chat’s server', function () {
  this.timeout(60_000)

  let app: Awaited<ReturnType<typeof buildChat>>
  let child: ChildProcess
  let output: string[]
  let url: string
  // biome-ignore lint/suspicious/noExplicitAny: the emitted client exists once the chat is compiled; its types are checked there
  let createClient: (options: object) => any

  before(async () => {
    app = await buildChat()
    createClient = (await import(pathToFileURL(join(app.folder, 'dist/generated/client.js')).href))
      .createClient
  })

  after(() => app?.remove())

  beforeEach(async () => {
    child = spawn(process.execPath, ['dist/server.js'], {
      cwd: app.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PORT: '0' },
    })
    output = []
    const lines = createInterface({ input: child.stdout! }).on('line', line => output.push(line))
    const [first] = await once(lines, 'line')
    url = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(first)?.[1] ?? expect.fail(first)
  })

  afterEach(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })

  const clientOf = (name: string) =>
    createClient({ prefixUrl: url, headers: { authorization: `Guest ${encodeURIComponent(name)}` } })
  const failureOf = (promise: Promise<unknown>): Promise<RpcError> =>
    promise.then(
      () => expect.fail('should have been refused'),
      error => error,
    )

  it('serves its page, which may load nothing from elsewhere', async () => {
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/assets/page.css', 'text/css'],
      ['/assets/page.js', 'text/javascript'],
    ]) {
      const response = await fetch(url + path)
      expect([response.status, response.headers.get('content-type')], path).to.deep.equal([
        200,
        `${type}; charset=utf-8`,
      ])
      expect(response.headers.get('content-security-policy')).to.include("default-src 'self'")
      await response.body?.cancel()
    }
    for (const path of ['/assets/none.js', '/assets/..%2Fserver.js', '/assets/__proto__']) {
      expect((await fetch(url + path)).status, path).to.be.oneOf([400, 404])
    }
  })

  it('talks to the same client outside a browser, in the types of each variant', async () => {
    const ada = await clientOf('Ada Łovelace').chat()
    try {
      const messages = ada.subscribe({ type: 'messages', room: 'music' })
      const first = messages.next()
      const { id, at } = await ada.request({ type: 'say', room: 'music', key: 'key-of-one', text: 'Hi' })
      expect(at).to.be.instanceOf(Date)
      const { value } = await first
      expect(value).to.deep.equal({
        id,
        number: 1,
        key: 'key-of-one',
        author: 'Ada Łovelace',
        text: 'Hi',
        at,
      })
      const again = await ada.request({ type: 'say', room: 'music', key: 'key-of-one', text: 'Hi' })
      expect(again, 'said once').to.deep.equal({ id, at })
      const earlier = await ada.request({ type: 'earlier', room: 'music', before: id })
      expect(earlier).to.deep.equal({ messages: [], more: false })
    } finally {
      ada.close()
    }
  })

  it('refuses guests without a name, and what matches no type', async () => {
    for (const headers of [{}, { authorization: 'Guest ' }, { authorization: `Guest ${'x'.repeat(25)}` }]) {
      const error = await failureOf(createClient({ prefixUrl: url, headers }).chat())
      expect(error.code, JSON.stringify(headers)).to.equal('UNAUTHORIZED')
    }
    const ada = await clientOf('Ada').chat()
    try {
      const say = { type: 'say', room: 'lobby', key: 'key-of-two', text: 'x'.repeat(2_001) }
      const long = await failureOf(ada.request(say))
      expect(long.issues.map(({ path }) => path)).to.deep.equal(['request.text'])
      const elsewhere = await failureOf(ada.request({ ...say, text: 'Hi', room: '__proto__' }))
      expect(elsewhere.issues.map(({ path }) => path)).to.deep.equal(['request.room'])
    } finally {
      ada.close()
    }
  })

  it('ends by itself when it is told to, though someone is there', async () => {
    const ada = await clientOf('Ada').chat()
    const lost = new Promise<{ code: number }>(resolve => ada.on('disconnect', resolve))
    try {
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).to.deep.equal([0, null])
      expect(output.at(-1)).to.equal('closed')
      expect((await lost).code).to.equal(1001)
    } finally {
      ada.close()
    }
  })
})
