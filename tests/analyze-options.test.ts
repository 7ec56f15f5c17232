// Options of routes, builders that lose their methods, and loose compiler settings in → models and findings out.
import { expect } from 'chai'
import type ts from 'typescript'
import { routesToClientModule } from '../transformer/src/emit/routes-to-client-module.ts'
import { onlyRoute, programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

function findingsOf(source: string) {
  const program = programOf(source)
  return program.analysis.findings.map(({ rule, place, message }) => ({
    rule,
    at: program.textAt(place),
    message,
  }))
}

describe('the option framing', () => {
  const framingOf = (options: string) =>
    onlyRoute(programOf(`export const r = route.get('/r', ${options}, () => 1)`)).framing

  it('is read, and emitted for the client, where it is a literal', () => {
    expect(framingOf("{ framing: 'msgpack' }")).to.equal('msgpack')
    expect(framingOf("{ framing: 'json', strict: false }")).to.equal('json')
    expect(framingOf('{ framing: undefined }')).to.equal(undefined)
    expect(framingOf('{}')).to.equal(undefined)
    const { analysis } = programOf(`export const r = route.get('/r', { framing: 'msgpack' }, () => 1)
      export const s = route.get('/s', () => 1)`)
    const text = routesToClientModule(analysis.routes, analysis.types)
    expect(text).to.match(/r: \[.*framing: 'msgpack'.*\]/)
    expect(text).to.not.match(/s: \[.*framing/)
  })

  it('is read of a socket, too', () => {
    const handlers = 'onMessage(message: { text: string }) { return void message }'
    const { analysis } = programOf(`export const r = route.ws('/r', { framing: 'msgpack', ${handlers} })
      export const s = route.ws('/s', { ${handlers} })`)
    expect(analysis.findings).to.deep.equal([])
    expect(analysis.sockets.map(({ framing }) => framing)).to.deep.equal(['msgpack', undefined])
    const text = routesToClientModule(analysis.sockets, analysis.types)
    expect(text).to.match(/r: \[openSocket, '\/r', .*framing: 'msgpack'.*\]/s)
    expect(text.split('framing').length).to.equal(2)
    const found = findingsOf(`declare const some: 'json' | 'msgpack'
      export const r = route.ws('/r', { framing: some, ${handlers} })`)
    expect(found.map(({ rule, at }) => [rule, at])).to.deep.equal([['option-not-literal', 'framing: some']])
  })

  it('must be known at compile time', () => {
    const found = findingsOf(`declare const some: 'json' | 'msgpack'
      export const r = route.get('/r', { framing: some }, () => 1)`)
    const message =
      'The option "framing" has the type "json" | "msgpack", but the client is generated from it: write "json" or "msgpack" in the call.'
    expect(found).to.deep.equal([{ rule: 'option-not-literal', at: 'framing: some', message }])
  })
})

describe('the option strict', () => {
  const strictOf = (options: string, declarations = '') =>
    onlyRoute(
      programOf(`${declarations}
        export const r = route.post('/r', ${options}, (args: { a: string }) => args)`),
    ).args!.strict

  it('is read where it is true, wherever its type comes from', () => {
    expect(strictOf('{ strict: true }')).to.equal(true)
    expect(strictOf('{ middleware: [], strict: true as const }')).to.equal(true)
    expect(strictOf('options', 'const options = { strict: true } as const')).to.equal(true)
    expect(strictOf("{ ...options, ['strict']: yes }", 'const yes = true; const options = {}')).to.equal(true)
  })

  it('is absent from the model where it is false or left out', () => {
    expect(strictOf('{ strict: false }')).to.equal(undefined)
    expect(strictOf('{ strict: undefined }')).to.equal(undefined)
    expect(strictOf('{}')).to.equal(undefined)
    expect(strictOf('{ middleware: [() => ({ user: 1 })] }')).to.equal(undefined)
  })

  it('must be known at compile time; the finding marks it', () => {
    const declared = 'declare const isStrict: boolean'
    const [finding, ...more] = findingsOf(`${declared}
      export const r = route.post('/r', { strict: isStrict }, (args: { a: string }) => args)`)
    expect(more).to.deep.equal([])
    expect(finding).to.deep.equal({
      rule: 'option-not-literal',
      at: 'strict: isStrict',
      message:
        'The option "strict" has the type boolean, but the check of the arguments is generated from it: write true or false in the call.',
    })
  })

  it('that is widened in a variable is marked where the options stand', () => {
    const found = findingsOf(`const options = { strict: true }
      export const r = route.post('/r', options, (args: { a: string }) => args)
      declare const some: { strict?: true }
      export const s = route.post('/s', some, (args: { a: string }) => args)`)
    expect(found.map(({ rule, at }) => [rule, at])).to.deep.equal([
      ['option-not-literal', 'options'],
      ['option-not-literal', 'some'],
    ])
  })
})

describe('methods taken from their builder', () => {
  const detached: Record<string, [at: string, source: string]> = {
    'by destructuring': ['get', "const { get } = route; get('/x', () => 1)"],
    'under another name': ['post: create', "const { post: create } = route; create('/x', () => 1)"],
    'as a value': ['route.get', "const get = route.get; get('/x', () => 1)"],
    'as an argument': ['route.put', 'declare function wrap(method: unknown): void; wrap(route.put)'],
    'by bind': ['route.get', "route.get.bind(route)('/x', () => 1)"],
    'in parentheses': ['route.get', "export const x = (route.get)('/x', () => 1)"],
    'from a chain': ['delete: remove', 'const { delete: remove } = route.use(() => ({ a: 1 })); remove'],
  }
  for (const [title, [at, source]] of Object.entries(detached)) {
    it(`are found ${title}`, () => {
      const found = findingsOf(`import { route } from '@alien-rpc/service'\n${source}`)
      expect(found.map(it => [it.rule, it.at])).to.deep.equal([['route-not-exported', at]])
      expect(found[0]!.message).to.contain('is taken from its route builder')
    })
  }

  it('are found in a parameter', () => {
    const found = findingsOf(`import { type RouteBuilder, route } from '@alien-rpc/service'
      function declare({ get }: RouteBuilder) { return get('/x', () => 1) }
      declare(route)`)
    expect(found.map(it => [it.rule, it.at])).to.deep.equal([['route-not-exported', 'get']])
  })

  it('of other objects are left alone', () => {
    const found = findingsOf(`const { get, delete: remove } = new Map<string, number>()
      const route = { get: () => 1 }
      const other = route.get
      type Get = typeof route.get
      export default [get, remove, other, 0 as unknown as Get]`)
    expect(found).to.deep.equal([])
  })
})

describe('a program without strictNullChecks', () => {
  const source = `export const b = route.get('/b', () => 1)
    export const a = route.get('/a', (args: { x?: string | null }) => args)`

  it('gets one warning, and its routes', () => {
    for (const options of [{ strict: false }, { strictNullChecks: false }]) {
      const program = programOf(source, options)
      const { findings, routes } = program.analysis
      expect(findings.map(it => [it.rule, program.textAt(it.place)])).to.deep.equal([
        ['strict-null-checks', 'b'],
      ])
      expect(routes).to.have.length(2)
    }
  })

  it('gets none with it, or without routes', () => {
    const found = (text: string, options: ts.CompilerOptions) => programOf(text, options).analysis.findings
    expect(
      found("export const b = route.get('/b', () => 1)", { strict: false, strictNullChecks: true }),
    ).to.deep.equal([])
    expect(found('export const map = new Map().get(1)', { strict: false })).to.deep.equal([])
  })
})
