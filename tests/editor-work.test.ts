// Edits, one after another, in → the editor's analysis equals that of the whole program, for work that does not grow with the project, out.
import { expect } from 'chai'
import { analyze } from '../transformer/src/analyze.ts'
import { createEditorAnalysis } from '../transformer/src/analyze-by-file.ts'
import type { Analysis } from '../transformer/src/model/route-model.ts'
import { countingCompiler, type EditedPrograms, editedPrograms } from './support/edited-programs.ts'
import { randomNumbers, randomSeed } from './support/random.ts'

const IMPORT = "import { route } from '@alien-rpc/service'\n"

const FILES = {
  'types.ts': `export type { User } from './user.ts'
    export interface Page<Item> { items: Item[]; next?: Page<Item> }`,
  'user.ts': "export interface User { id: string; role: 'admin' | 'guest'; friends: User[] }",
  'builder.ts': `import { route } from '@alien-rpc/service'\nexport const own = route`,
  'a.ts': `${IMPORT}import type { User } from './types.ts'
    export interface Inner { x: string }
    export interface Outer { inner: Inner }
    export const outer = route.get('/outer', (): Outer => ({ inner: { x: '' } }))
    export const users = route.get('/users', (args: { role?: User['role'] }): User[] => [])
    export const broken = route.post('/broken', (args: { f(): void }) => {})`,
  'b.ts': `${IMPORT}import type { Page, User } from './types.ts'
    export const pages = route.get('/pages', (): Page<User> => ({ items: [] }))
    export interface Local { at: Date }
    export const local = route.post('/local', (args: Local): Local => args)`,
  'c.ts': `import { own } from './builder.ts'
    export const mine = own.get('/mine/:id', (args: { id: string }): import('./user.ts').User | null => null)
    export const marked = own.get('/marked', (): Marked => ({ name: 'x' }))`,
  'd.ts': 'export const other = 1',
}

interface Edit {
  readonly title: string
  readonly file: string
  readonly from: string | RegExp
  readonly to: string
}

const EDITS: readonly Edit[] = [
  { title: 'a handler', file: 'a.ts', from: '=> []', to: '=> [ ]' },
  {
    title: 'a type that two files reach through a third',
    file: 'user.ts',
    from: 'id: string',
    to: 'id: number',
  },
  // What is kept of `b.ts` has been read together with what `a.ts` was before.
  {
    title: 'a type inside another one, neither of which moves',
    file: 'a.ts',
    from: 'x: string',
    to: 'x: number',
  },
  { title: 'the place of a type, and not the type', file: 'user.ts', from: 'export', to: '\n\nexport' },
  { title: 'a file that declares no route', file: 'd.ts', from: '1', to: '2' },
  { title: 'a path into a duplicate of another file', file: 'b.ts', from: "'/pages'", to: "'/users'" },
  { title: 'the duplicate away', file: 'b.ts', from: "'/users'", to: "'/pages'" },
  { title: 'a name into a duplicate', file: 'b.ts', from: 'const pages', to: 'const users' },
  { title: 'that away', file: 'b.ts', from: 'const users', to: 'const pages' },
  { title: 'a type of the name of another one', file: 'b.ts', from: /\bLocal\b/g, to: 'User2' },
  {
    title: 'the builder into something else',
    file: 'builder.ts',
    from: 'own = route',
    to: 'own = { get() {} }',
  },
  { title: 'the builder back', file: 'builder.ts', from: 'own = { get() {} }', to: 'own = route' },
  { title: 'an import to another file', file: 'types.ts', from: "'./user.ts'", to: "'./person.ts'" },
  { title: 'a broken route into a good one', file: 'a.ts', from: 'f(): void', to: 'f: Date' },
  {
    title: 'a global type',
    file: 'd.ts',
    from: /^/,
    to: 'declare global { interface Marked { name: string } }\n',
  },
  { title: 'what is global', file: 'd.ts', from: 'name: string', to: 'title: string' },
  { title: 'a suppression', file: 'a.ts', from: 'export', to: '// alien-rpc-ignore any-in-args\nexport' },
  { title: 'text that is no program', file: 'a.ts', from: 'route.get(', to: 'route.get((' },
]

describe('the analysis of an editor', function () {
  this.timeout(60_000)

  const plain = ({ types, ...rest }: Analysis) => ({ ...rest, types: [...types] })
  const judge = (
    programs: EditedPrograms,
    analysis: ReturnType<typeof createEditorAnalysis>,
    title: string,
  ) => {
    const compiler = programs.compiler()
    const whole = analyze(compiler)
    const byFile = compiler.program
      .getSourceFiles()
      .flatMap(({ fileName }) => analysis.findings(compiler, fileName))
      .sort((a, b) => (a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : 0))
    expect(byFile, title).to.deep.equal(whole.findings)
    expect(plain(analysis.analysis(compiler)), title).to.deep.equal(plain(whole))
  }
  const apply = (programs: EditedPrograms, { file, from, to, title }: Edit) => {
    const text = programs.read(file)
    expect(text.replace(from, to), title).not.to.equal(text)
    programs.write(file, text.replace(from, to))
  }

  it('is that of the whole program after every edit', () => {
    const programs = editedPrograms({ ...FILES, 'person.ts': 'export interface User { name: string }' })
    const analysis = createEditorAnalysis({})
    judge(programs, analysis, 'at first')
    for (const edit of EDITS) {
      apply(programs, edit)
      judge(programs, analysis, edit.title)
    }
  })

  it('is that of the whole program when it was not asked in between, or only about one file', () => {
    const programs = editedPrograms({ ...FILES, 'person.ts': 'export interface User { name: string }' })
    const analysis = createEditorAnalysis({})
    for (const [index, edit] of EDITS.entries()) {
      apply(programs, edit)
      if (index % 3 === 0) analysis.findings(programs.compiler(), programs.path('b.ts'))
      if (index % 5 === 4) judge(programs, analysis, edit.title)
    }
    judge(programs, analysis, 'in the end')
  })

  it('is that of the whole program after any order of edits in a file of many routes', () => {
    const seed = randomSeed()
    const random = randomNumbers(seed)
    const programs = editedPrograms({
      'b.ts': FILES['b.ts'],
      'user.ts': FILES['user.ts'],
      'other.ts': 'export interface User { other: true }',
      'many.ts': MANY_ROUTES,
    })
    const analysis = createEditorAnalysis({})
    judge(programs, analysis, 'at first')
    for (let turn = 0; turn < 60; turn++) {
      const [one, two] = TURNS[Math.floor(random() * TURNS.length)]!
      const text = programs.read('many.ts')
      programs.write('many.ts', text.includes(two) ? text.replace(two, one) : text.replace(one, two))
      if (random() < 0.7) judge(programs, analysis, `seed ${seed}, turn ${turn}: ${one} <-> ${two}`)
    }
  })

  it('follows files that come and go', () => {
    const programs = editedPrograms({ 'a.ts': FILES['a.ts'], 'user.ts': FILES['user.ts'] })
    const analysis = createEditorAnalysis({})
    judge(programs, analysis, 'without a file that is imported')
    programs.write('types.ts', FILES['types.ts'])
    judge(programs, analysis, 'with it')
    programs.remove('types.ts')
    judge(programs, analysis, 'without it again')
  })

  it('has the same signature until routes or types change', () => {
    const programs = editedPrograms(FILES)
    const analysis = createEditorAnalysis({})
    const first = analysis.signature(programs.compiler())
    for (const edit of [EDITS[0]!, EDITS[3]!, EDITS[4]!]) apply(programs, edit)
    expect(analysis.signature(programs.compiler())).to.equal(first)
    apply(programs, EDITS[1]!)
    expect(analysis.signature(programs.compiler())).not.to.equal(first)
  })

  it('asks as much about an edit in one of two hundred files as in one of twenty', () => {
    const [few, many] = [questionsAfterEdit(20), questionsAfterEdit(200)]
    expect(few.body).to.be.greaterThan(0)
    expect(many).to.deep.equal(few)
  })

  it('asks about no route after an edit of a file that none imports', () => {
    // Three questions, twice: whether the program checks for null.
    expect(questionsAfterEdit(20).elsewhere).to.equal(6)
  })

  it('reads one route again after an edit in its handler, however many its file has', () => {
    const [one, ten] = [questionsInFile(1), questionsInFile(10)]
    expect(one.handler - one.comment).to.be.greaterThan(5)
    expect(ten.handler - ten.comment).to.equal(one.handler - one.comment)
    // A type that one of them takes, and an import, which all of them may mean.
    expect(ten.type - ten.comment).to.equal(one.type - one.comment)
    expect(ten.import - ten.comment).to.equal(10 * (one.import - one.comment))
  })

  it('reads again what imports the edited file, and nothing else', () => {
    const { imported, body } = questionsAfterEdit(20)
    expect(imported).to.be.within(body, 2 * body)
  })
})

/** How often the checker is asked for everything about a project of many files after an edit in one, in what two of them import, and elsewhere. */
function questionsAfterEdit(files: number): { body: number; imported: number; elsewhere: number } {
  const names = Array.from({ length: files }, (_, index) => `routes${String(index).padStart(3, '0')}.ts`)
  const textOf = (name: string, index: number) => {
    const type =
      index < 2 ? "import type { Shared } from './shared.ts'\n" : 'interface Shared { id: number }\n'
    return `${IMPORT}${type}export const r${index} = route.get('/${name}', (args: { id: number }): Shared => args)\n`
  }
  const programs = editedPrograms({
    ...Object.fromEntries(names.map((name, index) => [name, textOf(name, index)])),
    'shared.ts': 'export interface Shared { id: number }',
    'elsewhere.ts': 'export const x = 1',
  })
  const analysis = createEditorAnalysis({})
  const ask = () => {
    const { compiler, asked } = countingCompiler(programs.compiler())
    analysis.findings(compiler, programs.path(names[0]!))
    analysis.analysis(compiler)
    return asked()
  }
  ask()
  // The first edit has to find out who imports what.
  programs.write('elsewhere.ts', 'export const x = 2')
  ask()
  const edited = (name: string, from: string, to: string) => {
    programs.write(name, programs.read(name).replace(from, to))
    return ask()
  }
  return {
    body: edited(names[0]!, '=> args', '=> (args)'),
    imported: edited('shared.ts', 'id: number', 'id:  number'),
    elsewhere: edited('elsewhere.ts', '2', '3'),
  }
}

/** How often the checker is asked after edits in one file of so many routes, each with types of its own. */
function questionsInFile(routes: number): Record<'handler' | 'type' | 'import' | 'comment', number> {
  const route = (n: number) => `interface Item${n} { id: number }
    export const r${n} = route.get('/${n}', (args: { id: number }): Item${n} => args)\n`
  const all = Array.from({ length: routes }, (_, n) => route(n))
  const programs = editedPrograms({
    'a.ts': `import { Readable } from 'node:stream'\n${IMPORT}${all.join('')}`,
    'b.ts': 'export {}',
  })
  const analysis = createEditorAnalysis({})
  const edited = (file: string, change: (text: string) => string) => {
    programs.write(file, change(programs.read(file)))
    const { compiler, asked } = countingCompiler(programs.compiler())
    analysis.findings(compiler, programs.path('a.ts'))
    return asked()
  }
  edited('a.ts', text => text)
  // The first edit has to find out who imports what.
  edited('b.ts', text => `${text}\n`)
  return {
    handler: edited('a.ts', text => text.replace('=> args)', '=> (args))')),
    type: edited('a.ts', text => text.replace('Item0 { id: number', 'Item0 { id:  number')),
    import: edited('a.ts', text => text.replace('Readable', 'Writable')),
    comment: edited('a.ts', text => `${text}// edited\n`),
  }
}

const MANY_ROUTES = `import { route } from '@alien-rpc/service'
import type { User } from './user.ts'
/** What is shared. */
interface Base { at: string }
export interface First extends Base { first: 1 }
const limit = 10
function infer(n: number) { return { n, limit } }
/** The first. */
export const first = route.post('/first', (args: { a?: string; last?: Last }): First => ({ at: '', first: 1 }))
export const second = route.put('/second', (args: { user: User; f: Date }): Last => ({ at: '', last: { at: '' } }))
// alien-rpc-ignore any-in-args
export const third = route.post('/third', (args: { anything: any }) => infer(1))
export const fourth = route.get('/fourth/:id', ({ id }: { id: number }): Other => ({ first: first.length }))
const own = route.get('/own', async function* () { while (true) yield limit })
type Other = { first: number }
export interface Last extends Base { last: Base }
export { own as fifth }
`

/** Each is made where its first text stands, and undone where its second does. */
const TURNS: readonly (readonly [string, string])[] = [
  ["at: '', first: 1", "at: 'somewhere else', first: 1"],
  ['at: string', 'at: string | number'],
  ['limit = 10', "limit = 'none'"],
  ['n, limit }', 'n }'],
  ['function infer', 'interface Between { x: string }\nfunction infer'],
  ['/** The first. */', '/** The very first. */'],
  ["route.put('/second'", "route.post('/first'"],
  ["from './user.ts'", "from './other.ts'"],
  ['f: Date', 'f: () => void'],
  ['// alien-rpc-ignore any-in-args', '// nothing to ignore'],
  ['type Other = { first: number }', 'type Other = First'],
  ['own as fifth', 'own as sixth'],
  ["import type { User } from './user.ts'", 'interface User { name: string }'],
  ['while (true) yield', 'while (limit > 1) yield'],
  ['{ id: number }): Other', '{ id: 1 | 2 }): Other'],
  ['const own =', 'const helper = 1\n\nconst own ='],
  ['export const third', 'first.toString()\nexport const third'],
  ['last: Base', 'last: (Base'],
]
