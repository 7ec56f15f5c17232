// The project's documents in → proof that they are current: generated parts, the copied guide, links, paths and dependencies.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { RULES, type RuleName } from '../transformer/src/model/finding.ts'
import { documentationOf, HOMEPAGE } from '../transformer/src/model/homepage.ts'
import { markedTables } from './support/markdown.ts'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'PROTOCOL.md',
  'bench/README.md',
  'docs/diagnostics.md',
  'docs/editor.md',
  'docs/http.md',
  'docs/messagepack.md',
  'docs/mounting.md',
  'docs/package.md',
  'docs/production.md',
  'docs/sockets.md',
  'docs/testing.md',
  'docs/types.md',
]

describe('documents', () => {
  it('are what the generator makes of the code', () => {
    const check = ['scripts/generate-docs.mjs', '--check']
    const { status, stderr } = spawnSync(process.execPath, check, {
      cwd: fileURLToPath(root),
      encoding: 'utf8',
    })
    expect(stderr).to.equal('')
    expect(status).to.equal(0)
  })

  it('hold the streaming guide as its users know it', () => {
    const guide = new URL('../shared/streaming-guide.md', root)
    const copy = read('docs/streaming.md')
    expect(copy).to.match(/^# Streaming\n/)
    if (existsSync(guide)) expect(copy).to.equal(readFileSync(guide, 'utf8'))
  })

  it('give every diagnostic a section that editors can link to', () => {
    const sections = [...read('docs/diagnostics.md').matchAll(/^## TS(\d+)$/gm)].map(match =>
      Number(match[1]),
    )
    const codes = Object.values(RULES).map(rule => rule.code)
    expect(sections).to.deep.equal(codes.sort((a, b) => a - b))
  })

  it('are where the links of findings and the packages say', () => {
    for (const name of ['runtime', 'transformer', 'tsserver-plugin']) {
      const { homepage, repository } = JSON.parse(read(`${name}/package.json`))
      expect([homepage, repository.url], name).to.deep.equal([HOMEPAGE, `git+${HOMEPAGE}.git`])
    }
    for (const rule of Object.keys(RULES) as RuleName[]) {
      const [, path = '', anchor = ''] = /blob\/main\/(.+)#(.+)$/.exec(documentationOf(rule)) ?? []
      expect(brokenLinks('README.md', `[rule](${path}#${anchor})`), rule).to.deep.equal([])
    }
  })

  it('give no diagnostic code twice', () => {
    const codes = Object.values(RULES).map(rule => rule.code)
    expect(new Set(codes).size).to.equal(codes.length)
  })

  it('link only to files and headings that exist', () => {
    expect(documents.flatMap(document => brokenLinks(document, read(document)))).to.deep.equal([])
    expect(
      brokenLinks('README.md', '[a](docs/none.md) [b](PROTOCOL.md#none) [c](PROTOCOL.md#limits)'),
    ).to.have.length(2)
  })

  it('name only source files and folders that exist', () => {
    expect(documents.flatMap(document => missingPaths(read(document)))).to.deep.equal([])
    expect(missingPaths('see `runtime/src/none.ts` and `runtime/src/errors.ts`')).to.deep.equal([
      'runtime/src/none.ts',
    ])
  })

  it('give a reason for every dependency, and for nothing else', () => {
    const reasons = markedTables(read('ARCHITECTURE.md'))
      .get('dependencies')
      ?.flatMap(row => row[0]?.replaceAll('`', '').split(', ') ?? [])
    const names = [
      'package.json',
      'runtime/package.json',
      'transformer/package.json',
      'tsserver-plugin/package.json',
    ].flatMap(path => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(path))
      return Object.keys({ ...dependencies, ...devDependencies })
    })
    expect(reasons?.toSorted()).to.deep.equal(
      [...new Set(names)].filter(name => !name.startsWith('@types/')).sort(),
    )
  })

  it('keep ARCHITECTURE.md within 150 lines', () => {
    expect(read('ARCHITECTURE.md').trimEnd().split('\n').length).to.be.at.most(150)
  })
})

function brokenLinks(document: string, text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)]
    .filter(([, path = '', heading]) => {
      const url = path === '' ? new URL(document, root) : new URL(path, new URL(document, root))
      if (!existsSync(url)) return true
      return heading !== undefined && !headings(readFileSync(url, 'utf8')).includes(heading)
    })
    .map(([link]) => `${document}: ${link}`)
}

/** Anchors as GitHub makes them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(match =>
    match[1]!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

/** Paths in backticks below the project's own folders; `…` and `*` stand for names that vary. */
function missingPaths(text: string): string[] {
  return [
    ...text.matchAll(
      /`((?:runtime|transformer|tsserver-plugin|fixtures|tests|bench|scripts|docs|\.ci)\/[^`\s]*)`/g,
    ),
  ]
    .map(match => match[1]!)
    .filter(path => !/[*…<{]/.test(path) && !path.includes('/dist') && !existsSync(new URL(path, root)))
}
