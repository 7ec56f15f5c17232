// Requests with arguments → what the handler sees.
import { expect } from 'chai'
import { type Server, serve } from '../runtime/src/node.ts'
import { argumentRoutes, TIGHT_LIMITS } from './support/argument-routes.ts'
import { curl, send, sendJson } from './support/http-client.ts'

describe('server: arguments', () => {
  const seen: unknown[] = []
  const see = (args: unknown) => {
    seen.push(args)
    return args
  }
  let server: Server
  let url: string

  before(async () => {
    server = await serve(argumentRoutes(see), { limits: TIGHT_LIMITS })
    url = server.url
  })
  after(() => server.close({ deadline: 0 }))
  beforeEach(() => {
    seen.length = 0
  })

  it('come from the query, read by their declared types', async () => {
    expect((await send(`${url}/query?name=a+b%26c&count=-1.5e3&other=1`)).json()).to.deep.equal({
      name: 'a b&c',
      count: -1500,
    })
    const query = 'tags=a&tags=b&day=2026-01-02&on=true&size=1'
    expect((await send(`${url}/tags?${query}`)).json()).to.deep.equal({
      tags: ['a', 'b'],
      day: '2026-01-02',
      on: true,
      size: 1,
    })
    expect((await send(`${url}/tags`)).json()).to.deep.equal({ tags: [] })
  })

  it('come from the path, percent-decoded after the match, as curl sends them', async () => {
    const { stdout } = await curl([`${url}/items/caf%C3%A9%2Fa%20b/`])
    expect(JSON.parse(Buffer.from(stdout, 'latin1').toString())).to.deep.equal({ id: 'café/a b' })
    expect((await send(`${url}/files/a/b%20c/d`)).json()).to.deep.equal({ id: 'a/b c/d' })
    expect((await send(`${url}/items/%24%7B`)).json()).to.deep.equal({ id: '${' })
    expect((await send(`${url}/named/constructor/x`)).json()).to.deep.equal({ toString: 'x' })
  })

  it('come from a JSON body, also with a charset and other spellings of the media type', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
    ]) {
      const answer = await sendJson(
        `${url}/body`,
        { name: 'é', extra: 1 },
        { headers: { 'content-type': type } },
      )
      expect(answer.json(), type).to.deep.equal({ name: 'é' })
    }
  })

  it('merge path and body, and the path wins', async () => {
    const answer = await sendJson(`${url}/items/7`, { id: 8, name: 'n' }, { method: 'PUT' })
    expect(answer.json()).to.deep.equal({ id: 7, name: 'n' })
  })

  it('are the body itself when they are no object', async () => {
    expect((await sendJson(`${url}/numbers`, [1, 2])).json()).to.deep.equal([1, 2])
  })

  it('may hold brackets in their text, which nest nothing', async () => {
    const name = '[[[[[[[["{{{{{{{{\\'
    expect((await sendJson(`${url}/body`, { name })).json()).to.deep.equal({ name })
  })

  it('are not taken from the query where the path has them', async () => {
    expect((await send(`${url}/items/1?id=2&id=3`)).json()).to.deep.equal({ id: '1' })
  })

  it('are an empty object without a body', async () => {
    expect((await send(`${url}/empty`, { method: 'POST' })).json()).to.deep.equal({})
  })

  it('of a route without any are an empty object, and its body is not even looked at', async () => {
    const answer = await send(
      `${url}/none`,
      { method: 'POST', headers: { 'content-type': 'text/x' } },
      'not json',
    )
    expect(answer.json()).to.deep.equal({})
  })

  it('that do not match are listed with path, expected and received, up to the bound', async () => {
    const answer = await sendJson(`${url}/numbers`, ['a', 1, null, {}, []])
    expect(answer.json()).to.deep.equal({
      code: 'BAD_REQUEST',
      message: 'args[0]: expected number, received "a" (and 2 more)',
      issues: [
        { path: 'args[0]', expected: 'number', received: '"a"' },
        { path: 'args[2]', expected: 'number', received: 'null' },
        { path: 'args[3]', expected: 'number', received: 'an object' },
      ],
    })
  })

  it('named __proto__ are members like any other and set no prototype', async () => {
    const body = '{"__proto__":{"isAdmin":true,"name":"p"},"name":"n","constructor":{"prototype":{"x":1}}}'
    expect((await sendJson(`${url}/body`, body)).json()).to.deep.equal({ name: 'n' })
    const missing = await sendJson(`${url}/body`, '{"__proto__":{"name":"p"}}')
    expect(missing.status).to.equal(400)
    expect((await send(`${url}/query?__proto__=x&name=n&__proto__[name]=y`)).json()).to.deep.equal({
      name: 'n',
    })
    expect((await send(`${url}/items/__proto__`)).json()).to.deep.equal({ id: '__proto__' })
    for (const args of seen) {
      expect(Object.getPrototypeOf(args)).to.equal(Object.prototype)
      expect((args as { isAdmin?: unknown }).isAdmin).to.equal(undefined)
    }
    expect(({} as { x?: unknown }).x).to.equal(undefined)
  })
})
