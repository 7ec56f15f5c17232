// Types and paths that compile and may still be a mistake in → the warning at the very place, and none where nothing is wrong, out.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import ts from 'typescript'
import { analyze } from '../transformer/src/analyze.ts'
import { RULES, type RuleName } from '../transformer/src/model/finding.ts'
import { programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

/** The findings of a rule, as "text at the place: message". */
function found(rule: RuleName, source: string): string[] {
  const program = programOf(`import { route, type t } from '@alien-rpc/service'\n${source}`)
  expect(program.typeErrors(), source).to.deep.equal([])
  const { findings } = analyze(program, { rules: { [rule]: 'warning' } })
  expect(
    findings.filter(it => it.rule !== rule).map(it => it.message),
    source,
  ).to.deep.equal([])
  return findings.map(({ place, message }) => `${program.textAt(place)}: ${message}`)
}

describe('any in what is sent', () => {
  const results = (source: string) => found('any-in-result', source)
  const returning = (type: string) =>
    `declare const it: ${type}\nexport const a = route.get('/a', (): ${type} => it)`

  it('is found with every path that leads to it', () => {
    expect(results(returning('{ a: any; b: { c: any }[] }'))).to.deep.equal([
      '{ a: any; b: { c: any }[] }: result.a: any sends whatever is there; write the type, or unknown; result.b[].c: any sends whatever is there; write the type, or unknown',
    ])
    expect(results("export const a = route.get('/a', async () => JSON.parse('1'))")[0]).to.match(
      /^a: result: any/,
    )
    expect(
      results("export const a = route.get('/a', async function* () { yield { x: JSON.parse('1') } })")[0],
    ).to.match(/^a: item\.x: any/)
    expect(
      results("export const a = route.ws('/a', { onRequest(n: number): { x: any } { return { x: n } } })")[0],
    ).to.match(/^\{ x: any \}: response\.x: any/)
  })

  it('is nothing where the type says unknown, or what is there', () => {
    for (const type of ['unknown', 'unknown[]', '{ a: string }', 'Record<string, unknown>']) {
      expect(results(returning(type)), type).to.deep.equal([])
    }
    expect(results("export const a = route.post('/a', (args: { x: unknown }) => args)")).to.deep.equal([])
  })

  it("is no finding in a caught error's own parts, which a compiler option makes any", () => {
    const source = (sent: string) => `import { route } from '@alien-rpc/service'
      export const a = route.get('/a', async function* () {
        try { yield { value: 1 } } catch (error) { yield ${sent} }
      })`
    const messages = (sent: string) => {
      const program = programOf(source(sent), { useUnknownInCatchVariables: false })
      expect(program.typeErrors()).to.deep.equal([])
      return program.analysis.findings.map(it => it.message)
    }
    expect(messages('{ error: error.message }')).to.deep.equal([])
    expect(messages("{ error: 'x', details: { text: error.message } }")).to.deep.equal([])
    expect(messages('{ error: error.message, more: JSON.parse("1") }')).to.have.length(1)
  })

  it('is told apart from functions and promises, which cannot be sent at all', () => {
    const source = `import { route } from '@alien-rpc/service'
      export const a = route.get('/a', () => ({ user: { name: Promise.resolve('x'), greet() {} } }))`
    const [finding, ...more] = programOf(source).analysis.findings
    expect(more).to.deep.equal([])
    expect(finding?.rule).to.equal('not-serializable')
    expect(finding?.message).to.match(/result\.user\.name: .*promise.*; result\.user\.greet: .*function/)
  })
})

describe('paths and arguments', () => {
  it('must agree on parameters also where the handler takes no arguments', () => {
    const source = `import { route } from '@alien-rpc/service'
      export const a = route.get('/users/:id/*rest', () => 1)
      export const b = route.get('/users/:id', args => args.id)`
    const program = programOf(source)
    expect(
      program.analysis.findings.map(it => [it.rule, program.textAt(it.place), it.message]),
    ).to.deep.equal([
      [
        'path-parameter-missing',
        ':id',
        'The path has a parameter "id", but the handler takes no arguments. Declare it, as in (args: { id: string }) => ….',
      ],
      [
        'path-parameter-missing',
        '*rest',
        'The path has a parameter "rest", but the handler takes no arguments. Declare it, as in (args: { rest: string }) => ….',
      ],
    ])
    expect(program.analysis.routes.map(it => it.name)).to.deep.equal(['b'])
  })

  it('are suspicious where a segment without ":" has the name of an argument', () => {
    const segments = (source: string) => found('literal-path-segment', source)
    const [user] = segments("export const a = route.get('/users/id', (args: { id: string }) => args.id)")
    expect(user).to.match(/^id: "id" is literal text of the path, so the argument "id" comes from the query/)
    const fine = [
      "export const a = route.get('/users/:id', (args: { id: string }) => args.id)",
      "export const a = route.get('/users/id', (args: { id?: string }) => args.id)",
      "export const a = route.get('/users/id', (args: { name: string }) => args.name)",
      "export const a = route.get('/id/:id', (args: { id: string }) => args.id)",
      "export const a = route.put('/settings/theme', (args: { theme: string }) => args.theme)",
    ]
    for (const source of fine) expect(segments(source), source).to.deep.equal([])
  })
})

describe('arguments without a limit', () => {
  const unbounded = (source: string) =>
    found('unbounded-argument', source).map(it => /Without a limit: (.*?)\. Write/.exec(it)?.[1])

  it('are listed by their paths, each named type once', () => {
    const source = `interface Node { label: string; children: Node[] }
      export const a = route.post('/a', (args: { name: string; tags: Set<string>; root: Node; n: number }) => 1)`
    expect(unbounded(source)).to.deep.equal([
      'args.name, args.tags, args.tags[], args.root.label, args.root.children',
    ])
    const socket = `export const a = route.ws('/a', { onMessage(m: string) {}, onRequest(r: { x: string[] }) { return 1 } })`
    expect(unbounded(socket)).to.deep.equal(['message', 'request.x, request.x[]'])
  })

  it('are fine with limits, with a fixed set of values, behind middleware, and where nobody asks', () => {
    const fine = [
      "export const a = route.post('/a', (args: { name: string & t.MaxLength<9>; tags: (string & t.MaxLength<2>)[] & t.MaxItems<3> }) => 1)",
      "export const a = route.post('/a', (args: { kind: 'x' | 'y'; id: string & t.Format<'uuid'>; pair: [number, number] }) => 1)",
      "const mine = route.use(() => ({ user: 1 }))\nexport const a = mine.post('/a', (args: { name: string }) => 1)",
      "export const a = route.post('/a', { middleware: [() => {}] }, (args: { name: string }) => 1)",
      "export const a = route.ws('/a', { middleware: [() => {}], onMessage(m: string) {} })",
    ]
    for (const source of fine) expect(unbounded(source), source).to.deep.equal([])
    const program = programOf("export const a = route.post('/a', (args: { name: string }) => 1)")
    expect(program.analysis.findings).to.deep.equal([])
  })
})

describe('the examples of the rules about code', () => {
  const PRELUDE = `import { route, tracked, type t } from '@alien-rpc/service'
    declare const pool: { connect(): Promise<{ query(id: number): Promise<string>; release(): void }> }
    declare function entriesAfter(id: string): AsyncGenerator<{ id: string; text: string }>
    declare const text: string\n`
  const complete = Object.entries(RULES).filter(
    ([, { wrong }]) => wrong.startsWith('export const') && !wrong.includes('…'),
  )

  it('trip their rule, and no other; what is right trips none', () => {
    expect(complete.length).to.be.at.least(7)
    for (const [rule, { wrong, right }] of complete) {
      const judge = (example: string) => {
        const program = programOf(PRELUDE + example)
        expect(program.typeErrors(), example).to.deep.equal([])
        return analyze(program, { rules: { [rule]: 'warning' } }).findings.map(it => it.rule)
      }
      expect(new Set(judge(wrong)), rule).to.deep.equal(new Set([rule]))
      expect(judge(right), rule).to.deep.equal([])
    }
  })
})

describe("the project's own applications", () => {
  it('are free of warnings: the routes of the guide as it is printed, the chat and the demo', () => {
    for (const name of ['streaming-guide', 'chat', 'demo']) {
      const { analysis, texts } = analyzeFixture(name)
      expect(analysis.routes.length, name).to.be.at.least(1)
      expect(texts, name).to.deep.equal([])
    }
  }).timeout(120_000)
})

function analyzeFixture(name: string) {
  const folder = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
  const read = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile)
  const { fileNames, options } = ts.parseJsonConfigFileContent(read.config, ts.sys, folder)
  const program = ts.createProgram(fileNames, options)
  const analysis = analyze({ ts, program, checker: program.getTypeChecker() })
  return {
    analysis,
    texts: analysis.findings.map(({ rule, place }) => `${place.file}:${place.start} ${rule}`),
  }
}
