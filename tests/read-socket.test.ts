// Socket routes in → the handlers that they have, the types that these take and answer, and what is wrong with them, out.
import { expect } from 'chai'
import type { AnswerModel, SocketModel } from '../transformer/src/model/route-model.ts'
import { programFactory, type VirtualProgram } from './support/virtual-program.ts'

const programOf = programFactory()

const string = { kind: 'string' }
const number = { kind: 'number' }
const objectOf = (properties: Record<string, object>) => ({
  kind: 'object',
  properties: Object.entries(properties).map(([name, model]) => ({
    ...{ name, model },
    ...{ optional: false, readonly: false },
  })),
})
const union = (...members: object[]) => ({ kind: 'union', members })

const IMPORT = `import { type Middleware, route, type SocketContext, tracked, type Tracked } from '@alien-rpc/service'\n`

/** The only route of a program without errors. */
function socketOf(source: string): SocketModel {
  const program = programOf(IMPORT + source)
  expect(program.typeErrors(), source).to.deep.equal([])
  expect(program.analysis.findings, source).to.deep.equal([])
  expect(program.analysis.sockets, source).to.have.length(1)
  return program.analysis.sockets[0]!
}

const withHandlers = (handlers: string, declarations = '') =>
  socketOf(`${declarations}\nexport const it = route.ws('/it', { ${handlers} })`)

describe('reading a socket route', () => {
  it('reads name, path, place, call, documentation and every handler', () => {
    const source = `${IMPORT}/** A room. */
export const chat = route.ws('/rooms/:room/*rest', {
  async onMessage(message: { text: string }) {},
  onRequest: async (request: { n: number }) => request.n,
  async *onSubscribe(subscription: string, context) { yield context.params.room; return 1 },
  onConnect(context) { context.params.rest },
  onClose() {},
})`
    const program = programOf(source)
    expect(program.typeErrors()).to.deep.equal([])
    const [{ place, call, ...socket }] = program.analysis.sockets as [SocketModel]
    expect(program.textAt(place)).to.equal('chat')
    const text = program.textAt({ file: place.file, start: call.start, length: call.end - call.start })
    expect(text).to.match(/^route\.ws\([\s\S]*\}\)$/)
    expect(socket).to.deep.equal({
      ...{ name: 'chat', path: '/rooms/:room/*rest', doc: 'A room.', output: 'socket' },
      params: ['room', 'rest'],
      message: objectOf({ text: string }),
      request: { input: objectOf({ n: number }), result: number },
      subscribe: { input: string, result: string, returns: number },
    })
    expect(program.analysis.routes).to.deep.equal([])
  })

  it('has what its definition has, and nothing else', () => {
    const { message, request, subscribe } = withHandlers('onConnect() {}')
    expect([message, request, subscribe]).to.deep.equal([undefined, undefined, undefined])
  })

  it('reads builders, middleware and the context that these give', () => {
    const { request } = socketOf(`
      const user = () => ({ user: { name: 'x' } })
      const role = (context: SocketContext) => ({ role: context.headers.role ?? '' })
      export const it = route.use(user).ws('/it', {
        middleware: [role],
        onRequest: (request: string, { user, role, id, signal }) => [request, user.name, role, id, signal.aborted ? 1 : 2] })`)
    expect(request?.input).to.deep.equal(string)
    expect(request?.result).to.deep.include({ kind: 'array' })
  })

  it('reads handlers that are written elsewhere, with types of their own', () => {
    const same = { input: string, result: number }
    const sources: [handlers: string, declarations: string][] = [
      ['onRequest: measure', 'const measure = (text: string) => text.length'],
      ['onRequest', 'async function onRequest(text: string) { return text.length }'],
      ['...handlers', 'const handlers = { onRequest: (text: string) => text.length }'],
      ['onRequest: logged((text: string) => text.length)', 'declare function logged<T>(handler: T): T'],
    ]
    for (const [handlers, declarations] of sources) {
      expect(withHandlers(handlers, declarations).request, handlers).to.deep.equal(same)
    }
    const constant = 'const definition = { onRequest(text: string) { return text.length } }'
    expect(socketOf(`${constant}; export const it = route.ws('/it', definition)`).request).to.deep.equal(same)
  })

  it('takes an optional parameter for one that is always there', () => {
    expect(withHandlers('onMessage(text?: string) {}').message).to.deep.equal(string)
    expect(withHandlers('onMessage(text: string = "x") {}').message).to.deep.equal(string)
  })

  it('takes no value for a handler without a parameter, and for one that says so', () => {
    const nothing = { kind: 'undefined' }
    expect(withHandlers('onMessage() {}').message).to.deep.equal(nothing)
    expect(withHandlers('onRequest: () => 1').request).to.deep.equal({ input: nothing, result: number })
    expect(withHandlers('async *onSubscribe() { yield 1 }').subscribe).to.deep.equal({
      input: nothing,
      result: number,
    })
    const declared = withHandlers('onRequest(_: undefined, { id }: SocketContext) { return id }')
    expect(declared.request).to.deep.equal({ input: nothing, result: string })
  })
})

describe('reading what a request is answered with', () => {
  const resultOf = (type: string) =>
    withHandlers(`onRequest(request: string): ${type} { throw new Error() }`).request?.result

  it('takes values out of promises, and nothing for nothing', () => {
    expect(resultOf('Promise<number>')).to.deep.equal(number)
    expect(resultOf('number | Promise<string>')).to.deep.equal(union(string, number))
    expect(resultOf('Promise<void>')).to.equal(undefined)
    expect(resultOf('undefined')).to.equal(undefined)
    expect(resultOf('Promise<number | undefined>')).to.deep.equal(union(number, { kind: 'undefined' }))
  })
})

describe('reading what a subscription is answered with', () => {
  const answerOf = (type: string): AnswerModel => {
    const handlers = `onSubscribe(subscription: string): ${type} { throw new Error() }`
    const { input, ...answer } = withHandlers(handlers).subscribe!
    expect(input).to.deep.equal(string)
    return answer
  }

  it('takes items out of iterables, functions that return one, and promises of either', () => {
    const answer = { result: number, returns: string }
    const types = [
      'AsyncGenerator<number, string>',
      '() => AsyncGenerator<number, string>',
      'Promise<AsyncGenerator<number, string>>',
      'Promise<() => AsyncGenerator<number, string>>',
      '() => Promise<AsyncGenerator<number, string>>',
      '(unused?: string, ...more: string[]) => AsyncGenerator<number, string>',
    ]
    for (const type of types) expect(answerOf(type), type).to.deep.equal(answer)
    expect(answerOf('AsyncIterable<number>')).to.deep.equal({ result: number })
    expect(answerOf('ReadableStream<number>')).to.deep.equal({ result: number })
    expect(answerOf('AsyncIterable<Tracked<number>>')).to.deep.equal({ result: number })
  })

  it('takes no item for a branch that returns nothing', () => {
    const types = ['AsyncIterable<number> | undefined', 'Promise<(() => AsyncIterable<number>) | void>']
    for (const type of types) expect(answerOf(type), type).to.deep.equal({ result: number })
    expect(answerOf('undefined')).to.deep.equal({})
  })
})

describe('findings of sockets', () => {
  const found = (source: string, typed = true): string[] => {
    const program = programOf(IMPORT + source)
    if (typed) expect(program.typeErrors(), source).to.deep.equal([])
    expect(program.analysis.sockets, source).to.deep.equal([])
    return describeFindings(program)
  }
  const inDefinition = (handlers: string, declarations = '') =>
    found(`${declarations}\nexport const it = route.ws('/it', { ${handlers} })`)

  it('name handlers whose types cannot be known', () => {
    expect(inDefinition('onRequest: request => request')).to.deep.equal([
      'handler-not-callable at "onRequest": The parameter of onRequest has no type, so what a client sends could not be validated. Declare it, as in onRequest(request: { type: \'join\'; room: string }).',
    ])
    expect(inDefinition('onSubscribe<T>(subscription: T) {}')[0]).to.match(
      /^handler-not-callable.*is generic/,
    )
    expect(inDefinition('onMessage(...all: unknown[]) {}')[0]).to.match(
      /^handler-not-callable.*rest parameter/,
    )
    const overloads = 'declare function f(a: string): void; declare function f(a: number): void'
    expect(inDefinition('onMessage: f', overloads)[0]).to.match(/^handler-not-callable.*is overloaded/)
  })

  it('name handlers that may be absent, and definitions that say nothing', () => {
    const optional = 'declare const definition: { onMessage?: (text: string) => void }'
    expect(found(`${optional}; export const it = route.ws('/it', definition)`)).to.deep.equal([
      'handler-not-callable at "definition": onMessage may be absent, so it is not known what the socket takes. Write the definition as an object in the call, or as a constant without a type annotation.',
    ])
    expect(
      inDefinition('onMessage: handler', 'declare const handler: ((text: string) => void) | undefined'),
    ).to.have.length(1)
    expect(found("declare const all: any; export const it = route.ws('/it', all)")[0]).to.match(
      /^handler-not-callable at "all": The definition of the socket is `any`/,
    )
  })

  it('show types that cannot cross the wire where they are declared', () => {
    expect(inDefinition('onMessage(message: { run: () => void }) {}')[0]).to.match(
      /^not-serializable at "message: \{ run: \(\) => void \}": message\.run: /,
    )
    expect(inDefinition('onRequest(request: string): { run: () => void } { throw new Error() }')[0]).to.match(
      /^not-serializable at "\{ run: \(\) => void \}": response\.run: /,
    )
    expect(inDefinition('async *onSubscribe(subscription: string) { yield { run() {} } }')[0]).to.match(
      /^not-serializable at "onSubscribe": item\.run: /,
    )
    expect(inDefinition('async *onSubscribe(subscription: string) { yield undefined }')[0]).to.match(
      /^not-serializable at "onSubscribe": item: may be undefined/,
    )
  })

  it('refuse what a socket cannot answer', () => {
    const answers: Record<string, RegExp> = {
      'async *onRequest(request: string) { yield 1 }':
        /onRequest returns AsyncGenerator.*a stream.*onSubscribe/,
      'onRequest(request: string) { return new Response() }': /onRequest returns Response.*HTTP answer/,
      '*onRequest(request: string) { yield 1 }': /onRequest returns Generator.*synchronous iterator/,
      'onSubscribe(subscription: string) { return 1 }': /onSubscribe returns number.*async iterable/,
      '*onSubscribe(subscription: string) { yield 1 }': /onSubscribe returns Generator.*async iterable/,
      'onSubscribe(subscription: string) { return (n: number) => stream(n) }': /function without parameters/,
    }
    for (const [handler, message] of Object.entries(answers)) {
      const all = inDefinition(handler, 'async function* stream(n: number) { yield n }')
      expect(all, handler).to.have.length(1)
      expect(all[0], handler).to.match(/^not-serializable at "on\w+"/)
      expect(all[0], handler).to.match(message)
    }
  })

  it('warn of what nothing would check', () => {
    const program = programOf("export const it = route.ws('/it', { onMessage(message: { a: any }) {} })")
    expect(describeFindings(program)[0]).to.match(/^any-in-args at "message: \{ a: any \}": message\.a/)
    expect(program.analysis.sockets).to.have.length(1)
  })

  it('say of paths and names what they say of other routes', () => {
    const definition = '{ onConnect() {} }'
    expect(found(`export const it = route.ws('/it/:', ${definition})`)[0]).to.match(/^path-syntax at ":"/)
    expect(found(`export const it = route.ws('/it' + String(1), ${definition})`)[0]).to.match(
      /^path-not-literal/,
    )
    expect(found(`export const then = route.ws('/it', ${definition})`)[0]).to.match(
      /^reserved-name at "then"/,
    )
    expect(found(`const it = route.ws('/it', ${definition})`)[0]).to.match(/^route-not-exported/)
    expect(found('export const { ws } = route')[0]).to.match(
      /^route-not-exported at "ws": "ws" is taken from/,
    )
  })

  it('allow a socket the path of a GET route, and not that of another socket', () => {
    const program = programOf(`
      export const page = route.get('/chat/:room', args => args.room)
      export const chat = route.ws('/chat/:room', {})
      export const other = route.ws('/other', {})`)
    expect(program.analysis.findings).to.deep.equal([])
    const both = "export const a = route.ws('/chat/:room', {}), b = route.ws('/chat/:id', {})"
    expect(found(both)).to.deep.equal([
      'duplicate-route at "a": WS /chat/: is declared by "b" too, so only one of them could ever be called.',
      'duplicate-route at "b": WS /chat/: is declared by "a" too, so only one of them could ever be called.',
    ])
  })

  it('allow a name once among all routes', () => {
    const files = {
      'a.ts': `${IMPORT}export const chat = route.get('/chat', () => 1)`,
      'b.ts': `${IMPORT}export const chat = route.ws('/chat', {})`,
    }
    const program = programOf(files)
    expect(program.analysis.findings.map(({ rule }) => rule)).to.deep.equal([
      'duplicate-name',
      'duplicate-name',
    ])
    expect([...program.analysis.routes, ...program.analysis.sockets]).to.deep.equal([])
  })
})

function describeFindings({ analysis, textAt }: VirtualProgram): string[] {
  return analysis.findings.map(({ rule, place, message }) => `${rule} at "${textAt(place)}": ${message}`)
}
