// Every source file of the three packages in → proof that it keeps its layer, holds no state and follows the house's layout.
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect } from 'chai'
import { findCycle, forbidden, importsOf, layout, moduleState, parse } from './support/source-rules.ts'

const root = new URL('../', import.meta.url)
const MAX_LINES = 350
/** A suite is a list: it is read in places, not as a whole. */
const MAX_TEST_LINES = 600

interface Layer {
  readonly rank: number
  /** Files of one group may import each other; other groups of the same rank may not. */
  readonly group: string
  readonly files: RegExp
  /** A group of lower rank that is out of bounds all the same. */
  readonly never?: string
}

/** ARCHITECTURE.md, "Ranks". A file imports from lower ranks and from its own group. */
const LAYERS: readonly Layer[] = [
  {
    rank: 0,
    group: 'runtime vocabulary',
    files: /^runtime\/src\/(?:errors|path-grammar|tracked|tags|compiled-route|route-types)\.ts$/,
  },
  { rank: 0, group: 'model', files: /^transformer\/src\/(?:model\/.+|compiler)\.ts$/ },
  { rank: 1, group: 'wire', files: /^runtime\/src\/wire\/.+\.ts$/ },
  { rank: 1, group: 'validation', files: /^runtime\/src\/validation\/.+\.ts$/ },
  { rank: 1, group: 'diagnostics', files: /^transformer\/src\/diagnostics\/.+\.ts$/ },
  { rank: 2, group: 'server', files: /^runtime\/src\/server\/.+\.ts$/ },
  { rank: 2, group: 'client', files: /^runtime\/src\/client\/.+\.ts$/ },
  { rank: 1, group: 'author API', files: /^runtime\/src\/(?:route|merge-streams)\.ts$/ },
  { rank: 2, group: 'topics', files: /^runtime\/src\/topic\.ts$/ },
  { rank: 2, group: 'read', files: /^transformer\/src\/read\/.+\.ts$/ },
  { rank: 3, group: 'adapters', files: /^runtime\/src\/adapters\/.+\.ts$/ },
  { rank: 3, group: 'generated-code contract', files: /^runtime\/src\/generated\.ts$/ },
  { rank: 3, group: 'analyze', files: /^transformer\/src\/analyze(?:-by-file)?\.ts$/ },
  { rank: 4, group: 'entries', files: /^runtime\/src\/(?:index|node|fetch|client|msgpack|testing)\.ts$/ },
  { rank: 4, group: 'emit', files: /^transformer\/src\/emit\/.+\.ts$/, never: 'read' },
  {
    rank: 4,
    group: 'tsconfig entry',
    files:
      /^transformer\/src\/hosts\/(?:tsconfig-entry|entry-(?:to-options|findings)|package\/package-options)\.ts$/,
  },
  { rank: 5, group: 'hosts', files: /^transformer\/src\/(?:hosts\/.+|index|cli)\.ts$/ },
  { rank: 5, group: 'tsserver plugin', files: /^tsserver-plugin\/src\/.+\.ts$/ },
]

/** What a file may import from outside its package, by the file's path. `type` stands for imports of types only. */
const OUTSIDE: readonly { readonly files: RegExp; readonly specifier: RegExp; readonly typeOnly?: true }[] = [
  { files: /^runtime\/src\/(?:node\.ts|adapters\/node|.+\/[a-z-]*compression)/, specifier: /^node:/ },
  { files: /^runtime\/src\/server\//, specifier: /^rou3$/ },
  { files: /^runtime\/src\/adapters\/node/, specifier: /^ws$/ },
  { files: /^(?:transformer|tsserver-plugin)\/src\//, specifier: /^typescript$/, typeOnly: true },
  { files: /^transformer\/src\/hosts\//, specifier: /^ts-patch$/, typeOnly: true },
  { files: /^(?:transformer|tsserver-plugin)\/src\//, specifier: /^@alien-rpc\/service\/generated$/ },
  { files: /^transformer\/src\//, specifier: /^node:(?:path|crypto)$/ },
  { files: /^transformer\/src\/(?:hosts\/|cli\.ts)/, specifier: /^node:/ },
  { files: /^transformer\/src\/hosts\/bundler\//, specifier: /^(?:unplugin|magic-string)$/ },
  { files: /^transformer\/src\/hosts\/cli\//, specifier: /^(?:commander|jsonc-parser)$/ },
  { files: /^transformer\/src\/hosts\/package\//, specifier: /^esbuild$/, typeOnly: true },
]

/** State that is there on purpose, each with the reason why no argument could carry it. */
const MODULE_STATE_WITH_REASON: Readonly<Record<string, string>> = {
  'runtime/src/validation/formats.ts: added: new Map':
    "a user's formats: compiled checks are plain functions of a value, and exist before any server",
}

const sources = ['runtime/src', 'transformer/src', 'tsserver-plugin/src'].flatMap(listSources)

describe('architecture', () => {
  it('finds the sources of all three packages', () => {
    const packages = new Set(sources.map(({ file }) => file.split('/')[0]))
    expect([...packages].sort()).to.deep.equal(['runtime', 'transformer', 'tsserver-plugin'])
  })

  it('gives every file a rank, and lets it import only from lower ranks or its own group', () => {
    expect(sources.flatMap(({ file, imports }) => rankProblems(file, imports))).to.deep.equal([])
  })

  it('has no import cycle', () => {
    const graph = new Map(sources.map(({ file, imports }) => [file, ownImports(file, imports)] as const))
    expect(findCycle(graph)?.join(' → ')).to.equal(undefined)
  })

  it('keeps Node, TypeScript and packages where they are declared', () => {
    expect(sources.flatMap(({ file, imports }) => outsideProblems(file, imports))).to.deep.equal([])
  })

  it('holds no state at module level', () => {
    const found = sources.flatMap(({ file, source }) =>
      moduleState(source).map(problem => `${file}: ${problem}`),
    )
    expect(found.filter(problem => !(problem in MODULE_STATE_WITH_REASON))).to.deep.equal([])
    expect(
      Object.keys(MODULE_STATE_WITH_REASON).filter(known => !found.includes(known)),
      'outdated reasons',
    ).to.deep.equal([])
  })

  it('swallows no error, runs no text and leaves nothing unfinished', () => {
    expect(
      sources.flatMap(({ file, source }) => forbidden(source).map(problem => `${file}: ${problem}`)),
    ).to.deep.equal([])
  })

  it('starts every file with what goes in and what comes out, and keeps it short', () => {
    const problems = (files: readonly { file: string; text: string }[], maxLines: number) =>
      files.flatMap(({ file, text }) => layout(file, text, maxLines).map(problem => `${file}: ${problem}`))
    const shipped = problems([...sources, ...listSources('scripts')], MAX_LINES)
    expect([...shipped, ...problems(listSources('tests'), MAX_TEST_LINES)]).to.deep.equal([])
  })
})

describe('architecture rules', () => {
  const source = (text: string) => parse('example.ts', text)

  it('see every form of import, and which are of types only', () => {
    const text = `import a from './a.ts'
      import type { B } from './b.ts'
      import { type C } from './c.ts'
      import { type D, e } from './d.ts'
      export * from './f.ts'
      export type { G } from './g.ts'
      const h = await import('./h.ts')
      type I = import('./i.ts').I
      import './j.ts'`
    expect(importsOf(source(text)).map(i => `${i.specifier}${i.typeOnly ? ' type' : ''}`)).to.deep.equal([
      './a.ts',
      './b.ts type',
      './c.ts type',
      './d.ts',
      './f.ts',
      './g.ts type',
      './h.ts',
      './i.ts type',
      './j.ts',
    ])
  })

  it('see imports upwards, across groups, and files without a rank', () => {
    const imports = (specifier: string) => [{ specifier, typeOnly: true }]
    expect(rankProblems('runtime/src/wire/a.ts', imports('../server/b.ts'))).to.have.length(1)
    expect(rankProblems('runtime/src/server/a.ts', imports('../client/b.ts'))).to.have.length(1)
    expect(rankProblems('transformer/src/emit/a.ts', imports('../read/b.ts'))).to.have.length(1)
    expect(rankProblems('runtime/src/odd/a.ts', [])).to.have.length(1)
    expect(rankProblems('runtime/src/server/a.ts', imports('./b.ts'))).to.have.length(0)
    expect(rankProblems('runtime/src/server/a.ts', imports('../errors.ts'))).to.have.length(0)
  })

  it('see cycles, also through types', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).to.deep.equal(['b', 'c', 'b'])
    expect(
      findCycle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).to.equal(undefined)
  })

  it('see packages and built-in modules where they do not belong', () => {
    const value = (specifier: string) => [{ specifier, typeOnly: false }]
    expect(outsideProblems('runtime/src/server/a.ts', value('typescript'))).to.have.length(1)
    expect(outsideProblems('runtime/src/server/a.ts', value('node:fs'))).to.have.length(1)
    expect(outsideProblems('runtime/src/client/a.ts', value('rou3'))).to.have.length(1)
    expect(outsideProblems('transformer/src/read/a.ts', value('typescript'))).to.have.length(1)
    expect(outsideProblems('transformer/src/emit/a.ts', value('node:fs'))).to.have.length(1)
    expect(outsideProblems('runtime/src/adapters/node-serve.ts', value('node:http'))).to.have.length(0)
  })

  it('see state at module level', () => {
    const state = (text: string) => moduleState(source(text))
    expect(state('let count = 0')).to.have.length(1)
    expect(state('export var count')).to.have.length(1)
    expect(state('const cache = new Map()')).to.have.length(1)
    expect(state('const holder = { cache: new WeakMap() }')).to.have.length(1)
    expect(state('const queue: string[] = []')).to.have.length(1)
    expect(state('const byName = {} as Record<string, string>')).to.have.length(1)
    expect(state('class A { static count = 0 }')).to.have.length(1)
    expect(state('class A { static readonly cache = new Map() }')).to.have.length(1)
    expect(state("const names: ReadonlySet<string> = new Set(['a'])")).to.have.length(0)
    expect(state('const make = () => new Map()')).to.have.length(0)
    expect(state('const text = new TextEncoder()')).to.have.length(0)
    expect(state('declare let ambient: string')).to.have.length(0)
  })

  it('see swallowed errors, evaluated text and missing first lines', () => {
    expect(forbidden(source('try { f() } catch {}'))).to.have.length(1)
    expect(forbidden(source("eval('1')"))).to.have.length(1)
    expect(forbidden(source("const f = new Function('return 1')"))).to.have.length(1)
    expect(forbidden(source('// TO' + 'DO later'))).to.have.length(1)
    expect(forbidden(source('try { f() } catch (e) { report(e) }'))).to.have.length(0)
    expect(layout('a/goodName.ts', 'const a = 1\n', 350)).to.have.length(2)
    expect(layout('a/long.ts', `// in → out\n${'x\n'.repeat(350)}`, 350)).to.have.length(1)
    expect(layout('a/type-to-model.ts', '// in → out\n', 350)).to.have.length(0)
  })
})

type Imports = ReturnType<typeof importsOf>

function listSources(folder: string) {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(?:ts|mjs|cjs)$/.test(name) && !name.endsWith('.d.ts'))
    .sort()
    .map(name => {
      const file = posix.join(folder, name)
      const text = readFileSync(new URL(file, root), 'utf8')
      const source = parse(file, text)
      return { file, text, source, imports: importsOf(source) }
    })
}

function ownImports(file: string, imports: Imports): string[] {
  return imports
    .filter(i => i.specifier.startsWith('.'))
    .map(i => posix.join(posix.dirname(file), i.specifier))
}

function layerOf(file: string): Layer | undefined {
  return LAYERS.find(layer => layer.files.test(file))
}

function rankProblems(file: string, imports: Imports): string[] {
  const own = layerOf(file)
  if (own === undefined) return [`${file} has no rank: add it to LAYERS and to ARCHITECTURE.md`]
  return ownImports(file, imports).flatMap(target => {
    const other = layerOf(target)
    const allowed =
      other !== undefined && other.group !== own.never && (other.rank < own.rank || other.group === own.group)
    return allowed ? [] : [`${file} (${own.group}) imports ${target} (${other?.group ?? 'no rank'})`]
  })
}

function outsideProblems(file: string, imports: Imports): string[] {
  return imports
    .filter(({ specifier }) => !specifier.startsWith('.'))
    .filter(({ specifier, typeOnly }) => {
      const rules = OUTSIDE.filter(rule => rule.files.test(file) && rule.specifier.test(specifier))
      return !rules.some(rule => typeOnly || rule.typeOnly !== true)
    })
    .map(({ specifier }) => `${file} imports ${specifier}`)
}
