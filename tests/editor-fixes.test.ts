// Mistakes with an obvious fix in → the text once it is made, which compiles and has nothing of the rule left, out.
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import ts from 'typescript'
import { analyze } from '../transformer/src/analyze.ts'
import type { Finding, RuleName } from '../transformer/src/model/finding.ts'
import type { Fix } from '../tsserver-plugin/src/fixes/fix.ts'
import { FIXES, fixOfFinding } from '../tsserver-plugin/src/fixes/fixes.ts'
import { combinedFixOf } from '../tsserver-plugin/src/fixes.ts'
import type { RouteProject } from '../tsserver-plugin/src/project.ts'
import { FORMATTINGS } from './support/formattings.ts'
import { programFactory, type VirtualProgram } from './support/virtual-program.ts'

const programOf = programFactory()

function judge(text: string, rule: RuleName) {
  const program = programOf(text)
  expect(program.typeErrors(), text).to.deep.equal([])
  const { findings } = analyze(program, { rules: { [rule]: 'warning' } })
  const [source] = program.program.getSourceFiles().filter(file => file.fileName.includes('virtual-app'))
  const fixes = findings.flatMap(it => fixOfFinding(ts, source!, it, program) ?? [])
  return { rules: findings.map(it => it.rule), fixes }
}

function apply(text: string, { changes }: Fix): string {
  return [...changes]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (rest, { span: { start, length }, newText }) =>
        rest.slice(0, start) + newText + rest.slice(start + length),
      text,
    )
}

/** Made one after another, as somebody at an editor would. */
function fixAll(text: string, rule: RuleName): string {
  let now = text
  for (let turn = 0; turn < 5; turn++) {
    const [fix] = judge(now, rule).fixes
    if (!fix) break
    now = apply(now, fix)
  }
  expect(judge(now, rule).rules, now).to.deep.equal([])
  return now
}

const HEAD = "import { route } from '@alien-rpc/service'\n"
/** What is left of a text after the import. */
const fixed = (rule: RuleName, source: string, head = HEAD) => fixAll(head + source, rule).slice(head.length)

/** What "fix all in file" answers. */
function changesOfAll(compiler: VirtualProgram, findings: readonly Finding[], rule: RuleName) {
  const { program } = compiler
  const analysis = () => ({ findings: () => findings })
  const project = {
    ts,
    program: () => program,
    compilerOf: () => compiler,
    analysis,
  } as unknown as RouteProject
  const [file] = program.getSourceFiles().filter(({ fileName }) => fileName.includes('virtual-app'))
  return combinedFixOf(project, file!.fileName, `alien-rpc:${rule}`)!.changes.flatMap(it => it.textChanges)
}

describe('fixes', function () {
  this.timeout(60_000)

  it('leave nothing of their rule in any of its examples', () => {
    for (const rule of Object.keys(FIXES) as RuleName[]) {
      const wrong = readFileSync(
        new URL(`../fixtures/editor-rules/${rule}/wrong.ts`, import.meta.url),
        'utf8',
      )
      expect(fixAll(wrong, rule), rule).not.to.equal(wrong)
    }
  })

  it('of one kind in a file can be made at once', () => {
    const row = 'declare const row: { id: string }\n'
    const sources: { readonly [K in RuleName]?: string } = {
      'loop-without-wait': `export const a = route.get('/a', async function* () {
        if (Date.now() > 1) while (true) yield 1
        for (;;) yield 2
      })`,
      'items-without-ids': `${row}export const a = route.ws('/a', { async *onSubscribe() { yield row; yield row } })`,
      'path-parameter-missing': `export const a = route.get('/a/:b/:c', () => 1)
        export const d = route.get('/d/:e/:f', (args: { g: string }) => args.g)`,
      'unbounded-argument': `export const a = route.post('/a', (args: { b: string }) => 1)
        export const c = route.ws('/c', { onMessage(d: string[]) {} })`,
      'literal-path-segment':
        "export const a = route.get('/a/b/c', (args: { b: string; c: string }) => args.b + args.c)",
      'any-in-result': `export const a = route.get('/a', (): any => 1)
        export const b = route.get('/b', (): { c: any; d: any[] } => ({ c: 1, d: [] }))`,
    }
    for (const [rule, source] of Object.entries(sources) as [RuleName, string][]) {
      const before = HEAD + source
      const program = programOf(before)
      const { findings } = analyze(program, { rules: { [rule]: 'warning' } })
      expect(findings.length, rule).to.be.greaterThan(1)
      const after = apply(before, { description: rule, changes: changesOfAll(program, findings, rule) })
      expect(judge(after, rule).rules, after).to.deep.equal([])
    }
  })

  it('end a loop with its call, and declare what they need for that', () => {
    const loops: [before: string, after: string][] = [
      [
        'async function* () { for (;;) yield 1 }',
        'async function* (_args: {}, { signal }) { for (; !signal.aborted;) yield 1 }',
      ],
      [
        'async function* (args: { n: number }) { while (true) yield args.n }',
        'async function* (args: { n: number }, { signal }) { while (!signal.aborted) yield args.n }',
      ],
      [
        'async function* (_: {}, ctx) { do { yield ctx.method } while (true) }',
        'async function* (_: {}, ctx) { do { yield ctx.method } while (!ctx.signal.aborted) }',
      ],
      [
        'async function* (_: {}, { method }) { while (true) yield method }',
        'async function* (_: {}, { signal, method }) { while (!signal.aborted) yield method }',
      ],
    ]
    const route = (handler: string) => `export const it = route.get('/it', ${handler})`
    for (const [before, after] of loops)
      expect(fixed('loop-without-wait', route(before))).to.equal(route(after))
    const socket = (handler: string) => `export const it = route.ws('/it', { ${handler} })`
    expect(
      fixed(
        'loop-without-wait',
        socket('async onSubscribe() { return async function* () { while (true) yield 1 } }'),
      ),
    ).to.equal(
      socket(
        'async onSubscribe(_: undefined, { signal }) { return async function* () { while (!signal.aborted) yield 1 } }',
      ),
    )
  })

  it('release in finally, once, and touch no template', () => {
    const head = `${HEAD}declare const pool: { connect(): Promise<{ read(text: string): Promise<string>; close(): Promise<void> }> }\n`
    const before = `export const it = route.get('/it', async function* () {
  const c = await pool.connect()
  // The first page.
  yield c.read(\`a
b\`)

  yield c.read('c')
  await c.close()
})
`
    expect(
      fixed('resource-without-finally', before, head),
    ).to.equal(`export const it = route.get('/it', async function* () {
  const c = await pool.connect()
  try {
    // The first page.
    yield c.read(\`a
b\`)

    yield c.read('c')
  } finally {
    await c.close()
  }
})
`)
    const inline =
      "export const it = route.get('/it', async function* () { const c = await pool.connect(); yield c.read('a'); await c.close() })"
    expect(fixed('resource-without-finally', inline, head)).to.equal(
      "export const it = route.get('/it', async function* () { const c = await pool.connect(); try { yield c.read('a'); } finally { await c.close() } })",
    )
    const timer =
      "export const it = route.get('/it', async function* () {\n  setInterval(() => {}, 1)\n  yield 1\n})"
    expect(fixed('resource-without-finally', timer)).to.equal(
      "export const it = route.get('/it', async function* () {\n  const interval = setInterval(() => {}, 1)\n  try {\n    yield 1\n  } finally {\n    clearInterval(interval)\n  }\n})",
    )
  })

  it('send items with their own id, and import what that needs', () => {
    const item = 'declare const row: { id: number; text: string }\n'
    const feed = (sent: string) =>
      `${item}export const it = route.ws('/it', { async *onSubscribe() { ${sent} } })`
    const after = fixAll(HEAD + feed('yield row; yield { id: row.id, n: 1 }'), 'items-without-ids')
    expect(after).to.equal(
      "import { route, tracked } from '@alien-rpc/service'\n" +
        feed('yield tracked(String(row.id), row); yield { id: row.id, n: 1 }'),
    )
    expect(judge(HEAD + feed('yield row.text'), 'items-without-ids').fixes, 'no id').to.deep.equal([])
  })

  it('repair paths as others write them', () => {
    const paths: [before: string, after: string][] = [
      ['/a/id:', '/a/:id'],
      ['/a/{id}/b', '/a/:id/b'],
      ['/a/[id]', '/a/:id'],
      ['a/:id', '/a/:id'],
      ['/a/:id/', '/a/:id'],
      ['/b c/:id', '/b%20c/:id'],
    ]
    const route = (path: string) =>
      `export const it = route.get('${path}', (args: { id: string }) => args.id)`
    for (const [before, after] of paths) expect(fixed('path-syntax', route(before))).to.equal(route(after))
  })

  const comments = (text: string) => text.split('/*c*/').length - 1

  for (const [name, format] of Object.entries(FORMATTINGS)) {
    it(`leave nothing of their rule in any of its examples, written with ${name}, and keep to that`, () => {
      for (const rule of Object.keys(FIXES) as RuleName[]) {
        const url = new URL(`../fixtures/editor-rules/${rule}/wrong.ts`, import.meta.url)
        // A comment ends where its line does.
        if (rule === 'unused-suppression' && name === 'no line breaks') continue
        const wrong = format(readFileSync(url, 'utf8'))
        const right = fixAll(wrong, rule)
        expect(right, rule).not.to.equal(wrong)
        if (name.includes('CRLF')) expect(right, rule).not.to.match(/[^\r]\n/)
        if (name.includes('tabs')) expect(right, rule).not.to.match(/^\t* +\S/m)
        if (name === 'comments') expect(comments(right), rule).to.be.at.least(comments(wrong))
      }
    })
  }

  it('remove a comment that suppresses nothing', () => {
    const comment = '  // alien-rpc-ignore any-in-args: why\n'
    const route = 'export const it = route.get("/it", () => 1)\n'
    expect(fixed('unused-suppression', comment + route)).to.equal(route)
    const two = comment.replace(':', ', no-routes:')
    expect(fixed('unused-suppression', two + route)).to.equal(route)
    const block = '/* alien-rpc-ignore any-in-args: why,\n   at length */\n'
    expect(fixed('unused-suppression', block + route)).to.equal(route)
    expect(fixed('unused-suppression', `${route}// alien-rpc-ignore`)).to.equal(route)
  })

  it('remove from a comment only the rules that it does not suppress', () => {
    const route = "export const it = route.post('/it', (args: { a: any }) => 1)\n"
    const two = (rules: string) => `// alien-rpc-ignore ${rules}: why\n${route}`
    expect(fixed('unused-suppression', two('any-in-result , any-in-args,no-routes'))).to.equal(
      two('any-in-args'),
    )
  })

  it('declare every path parameter where there were no arguments', () => {
    expect(fixed('path-parameter-missing', "export const it = route.get('/a/:id/*rest', () => 1)")).to.equal(
      "export const it = route.get('/a/:id/*rest', (args: { id: string; rest: string }) => 1)",
    )
  })

  it('limit strings and arrays where they are written', () => {
    const route = (type: string) => `export const it = route.post('/it', (args: ${type}) => 1)`
    const types: [before: string, after: string][] = [
      [
        '{ a: string; b: string[][] }',
        '{ a: string & t.MaxLength<100>; b: ((string & t.MaxLength<100>)[] & t.MaxItems<100>)[] & t.MaxItems<100> }',
      ],
      [
        '{ a?: string | null; b: readonly number[] }',
        '{ a?: string & t.MaxLength<100> | null; b: readonly number[] & t.MaxItems<100> }',
      ],
      ['{ a: Set<string> }', '{ a: Set<string & t.MaxLength<100>> & t.MaxItems<100> }'],
    ]
    for (const [before, after] of types) {
      expect(fixAll(HEAD + route(before), 'unbounded-argument')).to.equal(
        `import { route, type t } from '@alien-rpc/service'\n${route(after)}`,
      )
    }
  })
})
