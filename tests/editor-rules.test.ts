// A folder of mistakes for each rule → the same findings by tspc, by `alien-rpc check` and in the editor, and none in its clean twin.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { RULES, type RuleName } from '../transformer/src/model/finding.ts'
import { FIXES } from '../tsserver-plugin/src/fixes/fixes.ts'
import { type EditorDiagnostic, Tsserver } from './support/tsserver.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const folder = join(root, 'fixtures/editor-rules')
/** Found by hosts, about the tsconfig or themselves, and not by the analysis that all share. */
const OF_HOSTS: readonly RuleName[] = ['plugin-option', 'no-routes', 'client-circle', 'internal-error']

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
    const wanted = (Object.keys(RULES) as RuleName[]).filter(rule => !OF_HOSTS.includes(rule))
    expect(rules.sort()).to.deep.equal(wanted.sort())
    const tripped = (rule: string) =>
      checked.flatMap(line => (line.startsWith(`${rule}/`) ? [/\w+ TS(\d+)/.exec(line)?.[1]] : []))
    for (const rule of wanted) {
      expect(new Set(tripped(rule)), rule).to.deep.equal(new Set([String(RULES[rule].code)]))
    }
    expect(checked.filter(line => line.includes('/right.ts'))).to.deep.equal([])
  })

  it('are those of tspc', () => {
    expect(projects.flatMap(tspcFindings).map(toLine).sort()).to.deep.equal(checked)
  })

  it('are those of the editor, with a fix for each that has one', async () => {
    const tsserver = new Tsserver()
    const found: Found[] = []
    const fixed = new Set<string>()
    try {
      for (const name of sources) tsserver.open(join(folder, name))
      for (const name of sources) {
        for (const diagnostic of await tsserver.diagnostics(join(folder, name))) {
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
})

function toFound(file: string, { code, category, text, start }: EditorDiagnostic): Found {
  return { file, line: start.line, column: start.offset, code, severity: category, message: text }
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

function tspcFindings(project: string): Found[] {
  const tspc = join(root, 'node_modules/ts-patch/bin/tspc.js')
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
