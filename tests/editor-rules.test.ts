// A folder of mistakes for each rule → the same findings by tspc, by `alien-rpc check` and in the editor, under both versions of
// TypeScript, and none in its clean twin.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import ts from 'typescript'
import { findingsToText } from '../transformer/src/hosts/cli/findings-to-text.ts'
import { analyseProject } from '../transformer/src/hosts/cli/project-to-analysis.ts'
import { RULES, type RuleName } from '../transformer/src/model/finding.ts'
import { FIXES } from '../tsserver-plugin/src/fixes/fixes.ts'
import { type EditorDiagnostic, Tsserver } from './support/tsserver.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const folder = join(root, 'fixtures/editor-rules')
/** About the tsconfig: the common one is their clean twin. */
const OF_ENTRY: readonly RuleName[] = ['plugin-option', 'no-routes', 'client-circle']
/** No source makes it happen: see below. */
const NO_MISTAKE: RuleName = 'internal-error'
const OLD = join(root, 'fixtures/typescript-5.9/node_modules')
const COMPILERS = { '6.0': join(root, 'node_modules'), '5.9': OLD }

const rules = readdirSync(folder, { withFileTypes: true }).flatMap(it => (it.isDirectory() ? [it.name] : []))
const files = rules.flatMap(rule => readdirSync(join(folder, rule)).map(name => `${rule}/${name}`))
const sources = files.filter(name => name.endsWith('.ts'))
/** Each compiled by itself: the common one, and those of rules that need other options. */
const projects = ['.', ...rules.filter(rule => existsSync(join(folder, rule, 'tsconfig.json')))]

interface Found {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly code: number
  readonly severity: string
  readonly message: string
}

describe('findings of every rule', function () {
  // Three compilers read a hundred files.
  this.timeout(240_000)
  let checked: string[]

  before(() => {
    checked = projects.flatMap(checkFindings).map(toLine).sort()
  })

  it('have a folder of mistakes, and a clean twin', () => {
    const wanted = (Object.keys(RULES) as RuleName[]).filter(rule => rule !== NO_MISTAKE)
    expect(rules.sort()).to.deep.equal(wanted.sort())
    const tripped = (rule: string) =>
      checked.flatMap(line => (line.startsWith(`${rule}/`) ? [/\w+ TS(\d+)/.exec(line)?.[1]] : []))
    for (const rule of wanted) {
      expect(existsSync(join(folder, rule, 'right.ts')), rule).to.equal(!OF_ENTRY.includes(rule))
      const others = rule === 'client-circle' ? [String(RULES['any-in-result'].code)] : []
      expect(new Set(tripped(rule)), rule).to.deep.equal(new Set([...others, String(RULES[rule].code)]))
    }
    expect(checked.filter(line => line.includes('/right.ts'))).to.deep.equal([])
  })

  for (const [version, modules] of Object.entries(COMPILERS)) {
    it(`are those of tspc ${version}`, () => {
      const found = projects.flatMap(project => tspcFindings(project, modules))
      expect(found.map(toLine).sort()).to.deep.equal(checked)
    })

    it(`are those of the editor under ${version}, with a fix for each that has one`, async () => {
      const tsserver = new Tsserver([], join(modules, 'typescript/lib/tsserver.js'))
      const found: Found[] = []
      const fixed = new Set<string>()
      try {
        for (const name of sources) tsserver.open(join(folder, name))
        for (const name of sources) {
          for (const diagnostic of await tsserver.diagnostics(join(folder, name))) {
            if (diagnostic.source !== 'alien-rpc') continue
            found.push(toFound(name, diagnostic))
            for (const { fixName } of await codeFixes(tsserver, name, diagnostic)) fixed.add(fixName)
          }
        }
      } finally {
        await tsserver.close()
      }
      expect(found.map(toLine).sort()).to.deep.equal(checked)
      expect([...fixed].sort()).to.deep.equal(Object.keys(FIXES).sort())
    })
  }

  it('are one, without a place, where the analysis itself fails', () => {
    const failing = () => {
      throw new TypeError('no such thing')
    }
    const analysed = analyseProject(ts, folder, failing)
    if (typeof analysed === 'string') return expect.fail(analysed)
    expect(analysed.findings.map(it => [it.rule, it.place.file])).to.deep.equal([['internal-error', '']])
    const view = { ts, ...analysed, folder, colours: false }
    expect(findingsToText(view, 'pretty')).to.match(/^error TS72033: internal error of .* no such thing/)
    expect(findingsToText(view, 'github')).to.match(/^::error title=TS72033 internal-error::internal error/)
    expect(JSON.parse(findingsToText(view, 'sarif')).runs[0].results[0].locations).to.deep.equal([])
  })
})

/** What is about a tsconfig is shown in a file of routes, and related to its place there. */
function toFound(name: string, diagnostic: EditorDiagnostic): Found {
  const { code, category, text, start: own, relatedInformation = [] } = diagnostic
  const entry = relatedInformation.find(({ message }) => message === 'The tsconfig entry is here.')?.span
  const { line, offset: column } = entry?.start ?? own
  const [message = '', link] = text.split('\n')
  expect(link?.trim()).to.match(new RegExp(`#ts${code}$`))
  const file = entry ? relative(folder, entry.file) : name
  return { file, line, column, code, severity: category, message }
}

function codeFixes(tsserver: Tsserver, name: string, { code, start, end }: EditorDiagnostic) {
  return tsserver.request<readonly { readonly fixName: string }[]>('getCodeFixes', {
    ...{ file: join(folder, name), startLine: start.line, startOffset: start.offset },
    ...{ endLine: end.line, endOffset: end.offset, errorCodes: [code] },
  })
}

function toLine({ file, line, column, code, severity, message }: Found): string {
  return `${file}(${line},${column}): ${severity} TS${code}: ${message}`
}

function checkFindings(project: string): Found[] {
  const cli = join(root, 'transformer/dist/cli.cjs')
  const { stdout, stderr } = run([cli, 'check', '-p', project, '--format', 'json'])
  expect(stderr).to.equal('')
  return (JSON.parse(stdout) as Found[]).map(it => ({ ...it, file: fromFolder(project, it.file) }))
}

const DIAGNOSTIC = /^(.+)\((\d+),(\d+)\): (\w+) TS(\d+): (.*)$/

function tspcFindings(project: string, modules: string): Found[] {
  const tspc = join(modules, 'ts-patch/bin/tspc.js')
  const { stdout } = run([tspc, '-p', project, '--pretty', 'false'])
  const lines = stdout.split('\n').filter(line => line !== '' && !line.startsWith(' '))
  return lines.map(line => {
    const [, file, row, column, severity, code, message] = DIAGNOSTIC.exec(line) ?? expect.fail(line)
    const place = { file: fromFolder('.', file!), line: Number(row), column: Number(column) }
    return { ...place, code: Number(code), severity: severity!, message: message! }
  })
}

/** Paths are printed from the folder that a command runs in. */
function fromFolder(project: string, file: string): string {
  return project === '.' || file.includes('/') ? file : `${project}/${file}`
}

function run(args: readonly string[]) {
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
}
