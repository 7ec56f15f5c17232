// Modules in → which calls are routes, under which names, out.
import { expect } from 'chai'
import { onlyRoute, programFactory, type VirtualProgram } from './support/virtual-program.ts'

const programOf = programFactory()

const names = ({ analysis }: VirtualProgram) => analysis.routes.map(route => route.name)
const rules = ({ analysis }: VirtualProgram) => analysis.findings.map(finding => finding.rule)
const marked = (program: VirtualProgram) =>
  program.analysis.findings.map(finding => program.textAt(finding.place))

describe('finding routes', () => {
  it('reads method, path, place, call and documentation of a route', () => {
    const program = programOf(`/** Says hello.
 * In two lines. */
export const hello = route.get('/hello/:name', ({ name }) => name)`)
    const { place, call, ...route } = onlyRoute(program)
    expect(program.textAt(place)).to.equal('hello')
    expect(program.textAt({ file: place.file, start: call.start, length: call.end - call.start })).to.equal(
      "route.get('/hello/:name', ({ name }) => name)",
    )
    const id = { name: 'name', model: { kind: 'string' }, optional: false, readonly: false }
    expect(route).to.deep.equal({
      name: 'hello',
      method: 'GET',
      path: '/hello/:name',
      doc: 'Says hello.\nIn two lines.',
      output: 'value',
      result: { kind: 'string' },
      args: { source: 'query', model: { kind: 'object', properties: [id] }, text: { name: 'string' } },
    })
  })

  it('knows all methods, with and without options', () => {
    const { analysis } = programOf(`
      export const a = route.get('/a', () => 1)
      export const b = route.post('/b', {}, () => 1)
      export const c = route.put('/c', { middleware: [() => ({ user: 'x' })] }, (args: {}, context) => context.user)
      export const d = route.patch('/d', () => 1)
      export const e = route.delete('/e', () => 1), f = route.get('/f', () => 1)`)
    expect(analysis.findings).to.deep.equal([])
    expect(analysis.routes.map(route => `${route.method} ${route.path}`)).to.deep.equal([
      ...['GET /a', 'POST /b', 'PUT /c', 'PATCH /d', 'DELETE /e', 'GET /f'],
    ])
    expect(analysis.routes[2]!.result).to.deep.equal({ kind: 'string' })
  })

  it('knows a builder by its type: aliases, chains, re-exports, own names', () => {
    const program = programOf({
      'api.ts': `export { route as builder } from '@alien-rpc/service'
        import { route } from '@alien-rpc/service'
        const api = route
        export const authed = api.use(() => ({ user: 'x' }))`,
      'routes.ts': `import { route as r } from '@alien-rpc/service'
        import * as service from '@alien-rpc/service'
        import { authed, builder } from './api'
        const local = r
        export const a = r.get('/a', () => 1)
        export const b = service.route.get('/b', () => 1)
        export const c = builder.get('/c', () => 1)
        export const d = authed.get('/d', (args: {}, { user }) => user)
        export const e = local.use(() => ({ n: 1 })).use(() => {}).get('/e', (args: {}, { n }) => n)
        export const f = r['get']('/f', () => 1)`,
    })
    expect(program.typeErrors()).to.deep.equal([])
    expect(rules(program)).to.deep.equal([])
    expect(names(program)).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('leaves other things alone that are called route, or that have such methods', () => {
    const program = programOf(`import express from './express'
      const route = { get(path: string, handler: () => unknown) { return [path, handler] } }
      const cache = new Map<string, string>()
      export const a = route.get('/a', () => 1)
      export const b = express.get('/b', () => 1)
      export const c = cache.get('c')
      export const d = (undefined as any).get('/d', () => 1)`)
    expect(program.analysis).to.deep.equal({ routes: [], sockets: [], types: new Map(), findings: [] })
  })

  it('sees a route through whatever leaves its value as it is', () => {
    const program = programOf(`import { route, type Route } from '@alien-rpc/service'
      export const a = (route.get('/a', () => 1)) as Route
      export const b = route.get('/b', () => 1) satisfies Route
      export const c = <Route>route.get('/c', () => 1)!`)
    expect(names(program)).to.deep.equal(['a', 'b', 'c'])
  })

  it('takes the name of an export list', () => {
    const program = programOf(`const a = route.get('/a', () => 1)
      const b = route.get('/b', () => 1)
      export { a, b as renamed }`)
    expect(names(program)).to.deep.equal(['a', 'renamed'])
  })

  it('counts a route once that other modules export again', () => {
    const program = programOf({
      'routes.ts': "import { route } from '@alien-rpc/service'\nexport const a = route.get('/a', () => 1)",
      'index.ts':
        "export { a } from './routes'\nexport * from './routes'\nexport { a as other } from './routes'",
    })
    expect(names(program)).to.deep.equal(['a'])
    expect(rules(program)).to.deep.equal([])
  })

  it('reports every route that has no exported name', () => {
    const calls = {
      'const hidden = ROUTE': 'is not exported',
      'export let changing = ROUTE': 'can be reassigned',
      'export default ROUTE': 'is a default export',
      'const other = ROUTE; export { other as default }': 'is not exported',
      'const typed = ROUTE; export type { typed }': 'is not exported',
      'export const list = [ROUTE]': 'not a declaration of its own',
      'export const object = { key: ROUTE }': 'not a declaration of its own',
      'export const nested = (() => ROUTE)()': 'not a declaration of its own',
      'function f() { const inner = ROUTE; return inner }': 'not at the top',
      'export const { method } = ROUTE': 'not a declaration of its own',
      ROUTE: 'not a declaration of its own',
    }
    for (const [code, problem] of Object.entries(calls)) {
      const call = "route.get('/x', () => 1)"
      const program = programOf(code.replace('ROUTE', call))
      expect(rules(program), code).to.deep.equal(['route-not-exported'])
      expect(marked(program), code).to.deep.equal([call])
      expect(program.analysis.findings[0]!.message).to.contain(problem)
      expect(program.analysis.routes).to.deep.equal([])
    }
  })

  it('skips declaration files and packages', () => {
    const program = programOf({
      'node_modules/other/index.ts':
        "import { route } from '@alien-rpc/service'\nexport const a = route.get('/a', () => 1)",
      'routes.ts': "import { a } from 'other'\nexport const b = a",
    })
    expect(program.analysis).to.deep.equal({ routes: [], sockets: [], types: new Map(), findings: [] })
  })
})

describe('findings on paths and names', () => {
  it('marks the very characters of a path that cannot be parsed', () => {
    const at = (path: string) => marked(programOf(`export const x = route.get(${path}, () => 1)`))
    expect(at("'/users/id:'")).to.deep.equal(['id:'])
    expect(at('"/a/:b-c/d"')).to.deep.equal([':b-c'])
    expect(at('`/a//b`')).to.deep.equal(['/'])
    expect(at("'users'")).to.deep.equal(['users'])
    expect(at("''")).to.deep.equal(["'"])
    expect(at("'/a/'")).to.deep.equal(["'"])
    expect(at("'/\\u0061/id:'"), 'escapes: the whole literal').to.deep.equal(["'/\\u0061/id:'"])
  })

  it('follows a constant, and marks its use', () => {
    const program = programOf("const path = '/users/id:'\nexport const x = route.get(path, () => 1)")
    expect(rules(program)).to.deep.equal(['path-syntax'])
    expect(marked(program)).to.deep.equal(['path'])
    expect(
      onlyRoute(programOf("const path = '/ok'\nexport const x = route.get(path, () => 1)")).path,
    ).to.equal('/ok')
  })

  it('reports a path that is not one literal', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    for (const path of ["'/a/' + name", 'name', "Math.random() > 1 ? '/a' : '/b'", '`/a/${name}`']) {
      const program = programOf(`declare const name: string\nexport const x = route.get(${path}, () => 1)`)
      expect(rules(program), path).to.deep.equal(['path-not-literal'])
      expect(marked(program), path).to.deep.equal([path])
    }
  })

  it('reports a route that spreads its arguments', () => {
    const program = programOf("declare const all: ['/x', () => 1]\nexport const x = route.get(...all)")
    expect(rules(program)).to.deep.equal(['path-not-literal'])
  })

  it('reports both routes of one method and path, each with the place of the other', () => {
    const program = programOf({
      'a.ts':
        "import { route } from '@alien-rpc/service'\nexport const one = route.get('/users/:id', ({ id }) => id)",
      'b.ts':
        "import { route } from '@alien-rpc/service'\nexport const two = route.get('/users/:name', ({ name }) => name)\nexport const three = route.put('/users/:id', ({ id }) => id)",
    })
    expect(rules(program)).to.deep.equal(['duplicate-route', 'duplicate-route'])
    expect(marked(program)).to.deep.equal(['one', 'two'])
    const related = program.analysis.findings.map(finding =>
      finding.related.map(it => program.textAt(it.place)),
    )
    expect(related).to.deep.equal([['two'], ['one']])
    expect(names(program)).to.deep.equal(['three'])
  })

  it('reports both routes of one name in different modules', () => {
    const source = (path: string) =>
      `import { route } from '@alien-rpc/service'\nexport const list = route.get('${path}', () => 1)`
    const program = programOf({ 'users.ts': source('/users'), 'orders.ts': source('/orders') })
    expect(rules(program)).to.deep.equal(['duplicate-name', 'duplicate-name'])
    const places = program.analysis.findings.map(({ place, related }) => [place.file, related[0]!.place.file])
    expect(places.map(pair => pair.map(file => file.split('/').at(-1)))).to.deep.equal([
      ['orders.ts', 'users.ts'],
      ['users.ts', 'orders.ts'],
    ])
  })

  it('reports a route named "then", which would make client and module thenable, and no other odd name', () => {
    const program = programOf(`export const then = route.get('/then', () => 1)
      export const catch_ = route.get('/catch', () => 1)
      export const toString = route.get('/to-string', () => 1)
      const later = route.get('/later', () => 1)
      export { later as then_ }`)
    expect(rules(program)).to.deep.equal(['reserved-name'])
    expect(marked(program)).to.deep.equal(['then'])
    expect(names(program)).to.deep.equal(['catch_', 'then_', 'toString'])
  })

  it('reports a route that is exported as "then" under another name', () => {
    const program = programOf(`const later = route.get('/later', () => 1)
      export { later as then }`)
    expect(rules(program)).to.deep.equal(['reserved-name'])
  })

  it('reports a clash even where one of the routes has another error', () => {
    const program = programOf(`export const a = route.get('/x', (args: { f(): void }) => 1)
      export const b = route.get('/x', () => 1)`)
    expect(rules(program).sort()).to.deep.equal(['duplicate-route', 'duplicate-route', 'not-serializable'])
  })
})
