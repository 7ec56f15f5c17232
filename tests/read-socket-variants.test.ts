// Handlers of sockets, as people write them, in → what each variant of their input is answered with, out.
import { expect } from 'chai'
import { routesToClientModule } from '../transformer/src/emit/routes-to-client-module.ts'
import { programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

const TYPES = `import { route } from '@alien-rpc/service'
  type Join = { type: 'join'; room: string }
  type Leave = { type: 'leave' }
  type Kick = { type: 'kick'; user: string }
  type Request = Join | Leave | Kick
  declare const joined: { members: string[] }
  declare const kicked: { at: Date }
  declare function fail(): never
`

function compile(handler: string, declarations = '') {
  const program = programOf(`${TYPES}${declarations}
    export const chat = route.ws('/chat', { ${handler} })`)
  // Asked after the analysis, whose own questions to the checker must leave nothing behind.
  expect(program.analysis).to.have.property('findings')
  expect(program.typeErrors(), handler).to.deep.equal([])
  return program
}

/** The methods of the client's socket, without the options and the last signature, which takes the whole union. */
function signatures(handler: string, declarations?: string): string[] {
  const { analysis } = compile(handler, declarations)
  expect(analysis.findings, handler).to.deep.equal([])
  const text = routesToClientModule(analysis.sockets, analysis.types)
  const body = text.slice(text.indexOf('extends RpcSocket {') + 19, text.indexOf('export interface Client'))
  const lines = body.split('\n').map(line => line.trim().replace(/, options\?: \w+\)/, ')'))
  return lines.filter(line => /^(?:request|subscribe)\(/.test(line))
}

const BY_VARIANT = [
  'request(request: Join): Promise<{ members: string[] }>',
  'request(request: Kick): Promise<{ at: Date }>',
  'request(request: Leave): Promise<void>',
  'request(request: Request): Promise<{ members: string[] } | { at: Date } | undefined>',
]

/** Bodies of `async onRequest(request: Request)` that all say the same. */
const SAME: Readonly<Record<string, string>> = {
  'early returns': `
    if (request.type === 'join') return joined
    if (request.type === 'leave') return
    return kicked`,
  'else branches': `
    if (request.type === 'join') { return joined } else if (request.type === 'kick') { return kicked }
    else { console.log('left') }`,
  'a switch': `
    switch (request.type) {
      case 'join': return joined
      case 'leave': break
      case 'kick': return kicked
    }`,
  'a switch that ends in a proof of exhaustion': `
    switch (request.type) {
      case 'join': return joined
      case 'leave': return undefined
      case 'kick': return kicked
      default: { const never: never = request; throw new Error(never) }
    }`,
  'a switch whose default never returns': `
    switch (request.type) {
      case 'join': return joined
      case 'leave': return
      case 'kick': return kicked
      default: fail()
    }`,
  'tests that exclude': `
    if (request.type !== 'join') { if (request.type !== 'leave') return kicked; return }
    return joined`,
  'a ternary': `
    return request.type === 'join' ? joined : request.type === 'leave' ? undefined : (kicked)`,
  'the properties that a variant has': `
    if ('room' in request) return joined
    return 'user' in request ? kicked : undefined`,
  'a destructured discriminant': `
    const { type } = request
    if (type === 'join') return joined
    return type === 'kick' ? kicked : undefined`,
  'a copied discriminant': `
    const kind = request.type
    if (kind === 'join') return joined
    return kind === 'kick' ? kicked : undefined`,
  'nested conditions': `
    if (request.type !== 'leave') {
      if (request.type === 'kick' && request.user) return kicked
      else if (request.type === 'join') { return joined }
      return kicked
    }`,
  'what try and finally do': `
    try { if (request.type === 'join') return joined } finally { console.log('done') }
    if (request.type === 'kick') { try { return kicked } catch { throw new Error('no') } }`,
  'a loop': `
    for (;;) {
      if (request.type === 'join') return joined
      if (request.type === 'kick') return kicked
      break
    }`,
  'a variable that has the same name further in': `
    if (request.type === 'kick') { const inner = () => { const request = 1; return request }; inner(); return kicked }
    if (request.type === 'join') return joined`,
}

describe('variants of a request', () => {
  for (const [title, body] of Object.entries(SAME)) {
    it(`are told apart by ${title}`, () => {
      expect(signatures(`async onRequest(request: Request) {${body}}`)).to.deep.equal(BY_VARIANT)
    })
  }

  it('are told apart in handlers of every form', () => {
    const body =
      '{ if (request.type === "join") return joined; return request.type === "kick" ? kicked : undefined }'
    const forms: [handler: string, declarations?: string][] = [
      [`onRequest(request: Request) ${body}`],
      [`onRequest: async (request: Request) => ${body}`],
      [
        'onRequest: (request: Request) => request.type === "join" ? joined : request.type === "kick" ? kicked : undefined',
      ],
      [`onRequest: async function (this: void, request: Request) ${body}`],
      ['onRequest: handle', `async function handle(request: Request) ${body}`],
      ['onRequest', `const onRequest = async (request: Request) => ${body}`],
      ['...handlers', `const handlers = { async onRequest(request: Request) ${body} }`],
    ]
    for (const [handler, declarations] of forms) {
      expect(signatures(handler, declarations), handler).to.deep.equal(BY_VARIANT)
    }
  })

  it('are told apart where the parameter is destructured', () => {
    const bodies = [
      'onRequest({ type }: Request) { return type === "join" ? joined : type === "kick" ? kicked : undefined }',
      'onRequest({ type: kind, ...rest }: Request) { switch (kind) { case "join": return joined; case "kick": return kicked; case "leave": } }',
    ]
    for (const body of bodies) expect(signatures(body), body).to.deep.equal(BY_VARIANT)
  })

  it('that are answered alike share a signature', () => {
    const handler =
      'onRequest(request: Request) { if (request.type === "kick") return kicked; return joined }'
    expect(signatures(handler)).to.deep.equal([
      'request(request: Join | Leave): Promise<{ members: string[] }>',
      'request(request: Kick): Promise<{ at: Date }>',
      'request(request: Request): Promise<{ members: string[] } | { at: Date }>',
    ])
  })

  it('need not be told apart in their answers, only within one', () => {
    const dates = 'onRequest(request: Request) { return request.type === "kick" ? kicked.at : "2026" }'
    expect(signatures(dates)).to.include('request(request: Kick): Promise<Date>')
    const { analysis } = compile(
      'onRequest(request: Kick): Date | string { return request.type === "kick" ? kicked.at : "2026" }',
    )
    expect(analysis.findings).to.deep.equal([])
    const mixed = compile(
      'onRequest(request: Request) { return Math.random() < 0.5 ? kicked.at : String(request.type) }',
    )
    expect(mixed.analysis.findings.map(({ rule }) => rule)).to.deep.equal(['ambiguous-union'])
  })

  it('that are all answered alike make no difference', () => {
    const all = ['request(request: Request): Promise<{ members: string[] }>']
    expect(signatures('onRequest(request: Request) { return joined }')).to.deep.equal(all)
    const branches = 'if (request.type === "join") return joined; return joined'
    expect(signatures(`async onRequest(request: Request) { ${branches} }`)).to.deep.equal(all)
  })

  it('may be literals of one property of one object', () => {
    const input = "{ type: 'drop' | 'get' | 'set'; key: string }"
    const handler = `onRequest(request: ${input}) { return request.type === 'get' ? joined : kicked }`
    expect(signatures(handler)).to.deep.equal([
      `request(request: ${input} & { type: 'drop' | 'set' }): Promise<{ at: Date }>`,
      `request(request: ${input} & { type: 'get' }): Promise<{ members: string[] }>`,
      `request(request: ${input}): Promise<{ members: string[] } | { at: Date }>`,
    ])
  })

  it('have no missing else when there is one of them', () => {
    const handler = 'async onRequest(request: Join) { if (request.type === "join") { return joined } }'
    expect(signatures(handler)).to.deep.equal(['request(request: Join): Promise<{ members: string[] }>'])
  })

  it('may have numbers, booleans and members of an enum for discriminants', () => {
    const enums = 'enum Op { Add = "add", Drop = "drop" }'
    const inputs = ['{ v: 1 } | { v: 2 }', '{ v: false } | { v: true }', '{ v: Op.Add } | { v: Op.Drop }']
    const firsts = ['1', 'false', 'Op.Add']
    for (const [index, input] of inputs.entries()) {
      const handler = `onRequest(it: ${input}) { return it.v === ${firsts[index]} ? joined : kicked }`
      const found = signatures(handler, enums)
      expect(found, input).to.have.length(3)
      expect(found[0]).to.match(/Promise<\{ members: string\[\] \}>$/)
      expect(found[1]).to.match(/Promise<\{ at: Date \}>$/)
    }
  })

  it('are not looked up where two have the same text', () => {
    const handler = 'onRequest(it: { v: 1; a: string } | { v: "1" }) { return it.v === 1 ? joined : kicked }'
    expect(signatures(handler)).to.have.length(1)
  })

  it('are answered with the union where the code cannot be seen, or tells nothing', () => {
    const declared =
      'declare function handle(request: Request): Promise<{ members: string[] } | { at: Date }>'
    const union = ['request(request: Request): Promise<{ members: string[] } | { at: Date }>']
    expect(signatures('onRequest: handle', declared)).to.deep.equal(union)
    const wrapped = 'onRequest: (request: Request) => handle(request)'
    expect(signatures(wrapped, declared)).to.deep.equal(union)
    expect(
      signatures('onRequest({ ...request }: Request) { return handle(request) }', declared),
    ).to.deep.equal(union)
  })

  it('count as changed by an assignment', () => {
    const handler = `onRequest(request: Request) {
      if (request.type === 'join') { request = other(); return request.type === 'leave' ? joined : kicked }
      return joined }`
    expect(signatures(handler, 'declare function other(): Request')).to.deep.equal([
      'request(request: Request): Promise<{ members: string[] } | { at: Date }>',
    ])
  })

  it('are answered with the parts of a declared result that they return, and nothing else', () => {
    const types =
      'type Answer = { id: string } | { count: number }; declare const user: { id: string; secret: string }'
    const handler = `async onRequest(request: Request): Promise<Answer> {
      return request.type === 'join' ? user : { count: 1 } }`
    expect(signatures(handler, types)).to.deep.equal([
      'request(request: Join): Promise<{ id: string }>',
      'request(request: Kick | Leave): Promise<{ count: number }>',
      'request(request: Request): Promise<Answer>',
    ])
  })
})

describe('the questions that tell variants apart', () => {
  it('hide none of the complaints of TypeScript, and add none', () => {
    const source = (withRoute: boolean) => `${TYPES}
      ${withRoute ? 'export const chat = route.ws("/chat", ' : 'export const chat = ('} {
        async onRequest(request: Request) {
          switch (request.type) { case 'join': return joined; default: return request.user }
        },
        async onSubscribe(subscription: Request) { return undefined },
      })`
    const complaints = (withRoute: boolean) => {
      const program = programOf({ 'routes.ts': source(withRoute) }, { noUnusedParameters: true })
      expect(program.analysis.sockets).to.have.length(withRoute ? 1 : 0)
      return program.typeErrors()
    }
    expect(complaints(true)).to.deep.equal(complaints(false))
    expect(complaints(true).join()).to.match(/'user' does not exist.*'subscription' is declared but/)
  })
})

describe('variants of a subscription', () => {
  const streams = `async function* ticks() { yield 1 }
    async function* names() { yield 'a'; return true }
    type Sub = { type: 'ticks' } | { type: 'names'; of: string }`
  const byVariant = [
    "subscribe(subscription: { type: 'names'; of: string }): RpcStream<string, boolean>",
    "subscribe(subscription: { type: 'ticks' }): RpcStream<number>",
    'subscribe(subscription: Sub): RpcStream<string | number, boolean | undefined>',
  ]

  it('are told apart by what they return: iterables, functions that return one, promises', () => {
    const bodies = [
      'onSubscribe(it: Sub) { if (it.type === "ticks") return ticks(); return names() }',
      'async onSubscribe(it: Sub) { if (it.type === "ticks") return ticks; return names }',
      'async onSubscribe(it: Sub) { if (it.type === "ticks") { return ticks } else if (it.type === "names") { return names() } }',
      'onSubscribe: (it: Sub) => it.type === "ticks" ? ticks() : Promise.resolve(names)',
    ]
    for (const body of bodies) {
      expect(signatures(body, streams), body).to.deep.equal(byVariant)
    }
  })

  it('are told apart by what a generator yields', () => {
    const body = `async *onSubscribe(it: Sub) {
      if (it.type === 'ticks') { for (let n = 0; ; n++) yield await Promise.resolve(n) }
      else { const got = yield* names(); return got }
    }`
    const all = 'subscribe(subscription: Sub): RpcStream<string | number, boolean>'
    expect(signatures(body, streams)).to.deep.equal([...byVariant.slice(0, 2), all])
  })

  it('that end without a return have no items, and are no error', () => {
    const body =
      'async onSubscribe(it: Sub) { if (it.type === "ticks") return ticks; if (it.type === "names") return }'
    expect(signatures(body, streams)).to.deep.equal([
      "subscribe(subscription: { type: 'names'; of: string }): RpcStream<void>",
      "subscribe(subscription: { type: 'ticks' }): RpcStream<number>",
      'subscribe(subscription: Sub): RpcStream<number>',
    ])
  })
})

describe('a variant that no branch handles', () => {
  const unhandled = (body: string, input = 'Request') => {
    const { analysis, textAt } = compile(`async onRequest(request: ${input}) {${body}}`)
    return analysis.findings.map(({ rule, message, place }) => `${rule} at "${textAt(place)}": ${message}`)
  }
  const finding = (value: string) =>
    `unhandled-variant at "request: Request": onRequest takes { type: "${value}" }, but no branch handles it: it would be answered with nothing. Handle it, or take it out of the type.`

  it('is reported with its literal, at the parameter', () => {
    expect(unhandled('if (request.type === "join") return joined')).to.deep.equal([
      finding('kick'),
      finding('leave'),
    ])
    const cases = 'switch (request.type) { case "join": return joined; case "leave": console.log("left") }'
    expect(unhandled(`console.log(request); ${cases}`)).to.deep.equal([finding('kick')])
  })

  it('is none that any statement is for, or that the code names', () => {
    const handled = [
      'if (request.type === "join") { console.log(1) } else { console.log(2) }',
      'if (request.type === "join") return joined; if (request.type !== "leave") return kicked',
      'if (request.type === "join") return joined; console.log("later")',
      'switch (request.type) { case "join": return joined; default: console.log(2) }',
      'if (request.type === "join") return joined; throw new Error("unknown")',
      'const noops = ["leave", "kick"]; if (request.type === "join") return joined; if (noops.length > 2) throw new Error()',
    ]
    for (const body of handled) expect(unhandled(body), body).to.deep.equal([])
  })

  it('is none where nothing tells variants apart', () => {
    expect(unhandled('console.log(request)')).to.deep.equal([])
    expect(
      unhandled('const table = new Map<string, () => number>(); return table.get(request.type)?.()'),
    ).to.deep.equal([])
    expect(unhandled('')).to.deep.equal([])
  })
})
