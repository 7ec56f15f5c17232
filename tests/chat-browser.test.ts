// The chat, compiled and served, in real browsers → what their pages show: everything once, in one order, whatever the network does.
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { buildChat, type ChatServer, serveChat, Visitor } from './support/chat-app.ts'
import { startChromium } from './support/chromium.ts'
import { until } from './support/until.ts'

const numbered = (prefix: string, count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => `${prefix} ${from + index}`)

describe('the chat in a browser', function () {
  this.timeout(120_000)

  let app: Awaited<ReturnType<typeof buildChat>>
  let browser: Browser
  let chat: ChatServer
  let lives = 0
  const visitors: Visitor[] = []

  before(async function () {
    // Where there is no browser yet, it is installed.
    this.timeout(600_000)
    app = await buildChat()
    browser = await startChromium()
  })

  after(async () => {
    await browser?.close()
    await app?.remove()
  })

  const start = async (limits?: Parameters<typeof serveChat>[2]) => {
    chat = await serveChat(app.folder, ++lives, limits)
  }

  const enter = async (name: string): Promise<Visitor> => {
    const visitor = await Visitor.open(browser, chat.server.port)
    visitors.push(visitor)
    await visitor.enter(name)
    return visitor
  }

  afterEach(async () => {
    const problems = visitors.flatMap(visitor => visitor.problems)
    await Promise.all(visitors.splice(0).map(visitor => visitor.close()))
    await chat.server.close({ deadline: 0 })
    expect(problems, 'problems of the pages').to.deep.equal([])
    for (const [name, room] of Object.entries(chat.rooms)) {
      expect([room.people, room.readers], `what is left in the ${name}`).to.deep.equal([[], 0])
    }
  })

  it('lets two people talk, shows who is there and who types, and reads no text as HTML', async () => {
    await start()
    const ada = await enter('Ada')
    const grace = await enter('Grace <3')
    await ada.sees('both', async () => (await ada.people()).length === 2)
    expect(await ada.people()).to.deep.equal(['Ada', 'Grace <3'])

    await ada.say('Hello, Grace', 'two\u00a0lines? <b>no</b>')
    await grace.seesMessages(2)
    await grace.page.getByLabel('Message', { exact: true }).pressSequentially('Hi')
    await ada.sees('that Grace types', async () => (await ada.text('#typing')) === 'Grace <3 is typing …')
    expect(await grace.text('#typing'), 'of one’s own typing').to.equal('')
    await grace.page.keyboard.press('Enter')
    await ada.seesMessages(3)
    expect(await ada.text('#typing'), 'after the message').to.equal('')

    const expected = ['Hello, Grace', 'two\u00a0lines? <b>no</b>', 'Hi']
    expect(await ada.messages()).to.deep.equal(expected)
    expect(await grace.messages()).to.deep.equal(expected)
    expect(await ada.count('#outbox .message'), 'on their way').to.equal(0)

    await grace.page.close()
    await ada.sees('that Grace has gone', async () => (await ada.people()).length === 1)
  })

  it('loses nothing and doubles nothing when one goes offline and returns within the window', async () => {
    await start()
    const ada = await enter('Ada')
    const grace = await enter('Grace')
    await ada.say('before')
    await grace.seesMessages(1)

    // What the server sends now leaves it, and is lost.
    grace.line.lose('answers')
    await grace.say('no answer to this')
    await ada.seesMessages(2)
    await ada.say('nor does this arrive')
    await ada.seesMessages(3)
    await grace.goOffline()
    await ada.say(...numbered('from Ada', 40))
    await grace.say(...numbered('from Grace', 5))
    await ada.seesMessages(43)
    expect(await grace.messages(), 'while away').to.deep.equal(['before'])
    expect(await grace.page.locator('#outbox p').allTextContents()).to.deep.equal([
      'no answer to this',
      ...numbered('from Grace', 5),
    ])
    expect(chat.rooms.lobby.people, 'Grace is still expected').to.deep.equal(['Ada', 'Grace'])

    await grace.goOnline()
    await Promise.all([ada, grace].map(visitor => visitor.seesMessages(48)))
    const lost = ['no answer to this', 'nor does this arrive']
    const all = ['before', ...lost, ...numbered('from Ada', 40), ...numbered('from Grace', 5)]
    expect(await grace.messages()).to.deep.equal(all)
    expect(await ada.messages()).to.deep.equal(all)
    expect(await grace.count('#outbox .message'), 'on their way').to.equal(0)
    expect(chat.rooms.lobby.readers, 'one session each, after all').to.equal(6)
  })

  it('goes on after the last message when the session was lost, and sends again what got no answer', async () => {
    await start({ resumeWindow: 50 })
    const ada = await enter('Ada')
    const grace = await enter('Grace')
    await ada.say(...numbered('before', 3))
    await grace.seesMessages(3)

    grace.line.lose('answers')
    await grace.say('no answer to this')
    await ada.seesMessages(4)
    await grace.goOffline()
    await until('Grace’s session to end', () => chat.rooms.lobby.people.length === 1)
    await ada.sees('that Grace has gone', async () => (await ada.people()).length === 1)
    // More than a newcomer would get.
    await ada.say(...numbered('meanwhile', 35))
    await grace.say('still there?')
    await ada.seesMessages(39)
    await grace.goOnline()
    await Promise.all([ada, grace].map(visitor => visitor.seesMessages(40)))
    const all = [...numbered('before', 3), 'no answer to this', ...numbered('meanwhile', 35), 'still there?']
    expect(await grace.messages()).to.deep.equal(all)
    expect(await ada.messages()).to.deep.equal(all)
    await grace.sees('nothing on its way', async () => (await grace.count('#outbox .message')) === 0)
    await ada.sees('that Grace is back', async () => (await ada.people()).length === 2)
  })

  it('finds out by itself that a line is dead, and goes on over another', async () => {
    await start({ heartbeatInterval: 300, heartbeatTimeout: 300 })
    const ada = await enter('Ada')
    const grace = await enter('Grace')
    await grace.say('before')
    await ada.seesMessages(1)
    // Nobody is told: neither the browser nor the server sees a connection close.
    grace.line.lose('everything')
    await ada.say('are you there?')
    await grace.say('I think so')
    await Promise.all([ada, grace].map(visitor => visitor.seesMessages(3)))
    expect(await grace.messages()).to.deep.equal(['before', 'are you there?', 'I think so'])
    expect(await ada.messages()).to.deep.equal(['before', 'are you there?', 'I think so'])
    expect(chat.rooms.lobby.readers, 'one session each, after all').to.equal(6)
  })

  it('shows everyone the same, each message once, while lines are cut again and again', async () => {
    await start()
    const people = await Promise.all(['Ada', 'Grace', 'Lin'].map(enter))
    const rounds = 6
    for (let round = 0; round < rounds; round++) {
      const victim = people[round % people.length]!
      const others = people.filter(visitor => visitor !== victim)
      // Both ends go on sending into a line that is dead, and find out by the cut.
      victim.line.lose(round % 2 === 0 ? 'everything' : 'answers')
      const before = (await others[0]!.messages()).length
      const talk = Promise.all(
        people.map((visitor, n) => visitor.say(...numbered('AGL'[n]!, 5, round * 5 + 1))),
      )
      await others[0]!.seesMessages(before + 3)
      victim.line.cut()
      victim.line.restore()
      await talk
    }
    const total = people.length * rounds * 5
    await Promise.all(people.map(visitor => visitor.seesMessages(total)))
    const [first, ...others] = await Promise.all(people.map(visitor => visitor.messages()))
    expect(first).to.have.length(total)
    for (const other of others) expect(other).to.deep.equal(first)
    for (const name of 'AGL') {
      const own = first!.filter(text => text.startsWith(name))
      expect(own, `of ${name}, in the order in which they were written`).to.deep.equal(
        numbered(name, rounds * 5),
      )
    }
  })

  it('gives a newcomer the last messages, and earlier ones when asked', async () => {
    await start()
    const texts = numbered('message', 70)
    for (const [index, text] of texts.entries()) chat.rooms.lobby.say('Lin', `key-${index}-long-enough`, text)
    const ada = await enter('Ada')
    await ada.seesMessages(30)
    const earlier = ada.page.getByRole('button', { name: 'Show earlier messages' })
    for (const count of [60, 70]) {
      await earlier.click()
      await ada.seesMessages(count)
      expect(await ada.messages()).to.deep.equal(texts.slice(-count))
    }
    expect(await earlier.isVisible()).to.equal(false)
  })

  it('leaves a room for another, and tells what is new elsewhere', async () => {
    await start()
    const ada = await enter('Ada')
    const grace = await enter('Grace')
    await ada.page.getByRole('button', { name: 'kitchen' }).click()
    await grace.sees('that Ada has left', async () => (await grace.people()).length === 1)
    expect(chat.rooms.lobby.readers).to.equal(3)

    await grace.say('is anyone here?')
    await ada.sees(
      'a new message',
      async () => (await ada.page.locator('.new').allTextContents()).join() === '1',
    )
    expect(await ada.messages(), 'in the kitchen').to.deep.equal([])
    await ada.page.getByRole('button', { name: 'lobby' }).click()
    await ada.seesMessages(1)
    expect(await ada.count('.new')).to.equal(0)
  })

  it('says why someone is not let in, and lets them try again', async () => {
    await start()
    const visitor = await Visitor.open(browser, chat.server.port)
    visitors.push(visitor)
    const field = visitor.page.getByLabel('Name')
    await field.evaluate(input => input.removeAttribute('maxlength'))
    await field.fill('a name that is much too long for a chat')
    await visitor.page.getByRole('button', { name: 'Join the chat' }).click()
    await visitor.sees('why', async () => /1 to 24 characters/.test((await visitor.text('.problem')) ?? ''))
    await visitor.enter('Ada')
  })
})
