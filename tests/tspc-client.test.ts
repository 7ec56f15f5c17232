// A project on disk in → the program that the transformer returns and what it does to the client's file out, inside this process.
import { readdirSync, statSync } from 'node:fs'
import { expect } from 'chai'
import ts from 'typescript'
import { createProgramTransformer, transformProgram } from '../transformer/src/hosts/ts-patch.ts'
import {
  configOf,
  createTspcProject,
  pluginEntry,
  type TspcProject,
  tsconfig,
} from './support/tspc-project.ts'

const CLIENT = 'src/generated/client.ts'
const ROUTES =
  "import { route } from '@alien-rpc/service'\n\nexport const one = route.get('/one', async () => 1)\n"
const MAIN = `import { createClient } from './generated/client.js'

export const one: Promise<number> = createClient({ prefixUrl: '' }).one()
`

describe('the generated client in the program', function () {
  this.timeout(60_000)
  let project: TspcProject
  afterEach(() => project.dispose())

  it('costs a second program only where there is none yet, and that one shares every other file', () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES, 'src/main.ts': MAIN })
    const first = transform(project)
    expect(first.created).to.equal(1)
    expect(messages(first)).to.deep.equal([])
    const client = first.result.getSourceFile(project.path(CLIENT))
    expect(client?.text).to.equal(project.read(CLIENT))
    for (const file of first.given.getSourceFiles()) {
      expect(first.result.getSourceFile(file.fileName), file.fileName).to.equal(file)
    }

    const second = transform(project)
    expect(second.created, 'a current client').to.equal(0)
    expect(second.result).to.equal(second.given)
  })

  it('takes the place of the old one in the same program, which is bound and checked as if it had been read', () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES, 'src/main.ts': MAIN })
    transform(project)
    project.edit('src/routes.ts', 'async () => 1', "async () => 'now a text'")
    const edited = transform(project)
    expect(edited.created).to.equal(0)
    expect(edited.result).to.equal(edited.given)
    const text = project.read(CLIENT)
    expect(text).to.match(/one\(.*Promise<string>/)
    expect(edited.result.getSourceFile(project.path(CLIENT))?.text).to.equal(text)
    expect(messages(edited)).to.have.length(1)
    expect(messages(edited)[0]).to.match(/main\.ts TS2322: .*Promise<string>/)
    const built = project.path('dist/generated/client.js')
    const importsOf = ({ result }: Transformed) => {
      const file = result.getSourceFile(project.path(CLIENT)) as unknown as { imports: ts.StringLiteral[] }
      return file.imports.map(({ text }) => text)
    }
    const outputOf = ({ result }: Transformed) => {
      result.emit()
      return project.read('dist/generated/client.js')
    }
    const filled = outputOf(edited)
    project.remove('dist/generated/client.js')
    const fresh = transform(project)
    expect(outputOf(fresh), built).to.equal(filled)
    const modules = importsOf(fresh)
    expect(modules).to.include('@alien-rpc/service/client')
    expect(importsOf(edited)).to.deep.equal(modules)
  })

  it('is not checked where it is ours, unless what it imports is not there', () => {
    const options = { noUnusedLocals: true, module: 'esnext', moduleResolution: 'bundler' }
    project = createTspcProject({ 'tsconfig.json': tsconfig(options), 'src/routes.ts': ROUTES })
    const { result } = transform(project)
    const checked = (program: ts.Program) => {
      const client = program.getSourceFile(project.path(CLIENT))!
      const before = program.getTypeCount()
      const found = program.getSemanticDiagnostics(client).map(({ code }) => code)
      return { found, types: program.getTypeCount() - before }
    }
    expect(checked(result)).to.deep.equal({ found: [], types: 0 })
    const paths = { '@alien-rpc/service/client': ['./src/old-runtime.ts'] }
    project.write('tsconfig.json', tsconfig({ ...options, paths }))
    project.write('src/old-runtime.ts', 'export class RpcError {}\n')
    const { found } = checked(transform(project).result)
    expect(found, 'it has no exported member').to.include(2305)
  })

  it('replaces the file as a whole, only if its bytes change', () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES })
    transform(project)
    const written = identity(project)
    transform(project)
    expect(identity(project), 'unchanged').to.deep.equal(written)
    project.edit('src/routes.ts', "'/one'", "'/other'")
    transform(project)
    expect(identity(project).inode, 'another file under the same name').to.not.equal(written.inode)
    expect(readdirSync(project.path('src/generated'))).to.deep.equal(['client.ts'])
  })

  it('is found by an alias from "paths" before it exists', () => {
    const paths = { '~/*': ['./src/*'] }
    const main = MAIN.replace('./generated/client.js', '~/generated/client')
    const options = { module: 'esnext', moduleResolution: 'bundler', paths }
    project = createTspcProject({
      'tsconfig.json': tsconfig(options),
      'src/routes.ts': ROUTES,
      'src/main.ts': main,
    })
    expect(messages(transform(project))).to.deep.equal([])
  })

  it('is written, and no part of the program, where neither "include" nor an import asks for it', () => {
    const plugins = [pluginEntry({ client: 'elsewhere/client.ts' })]
    project = createTspcProject({ 'tsconfig.json': tsconfig({ plugins }), 'src/routes.ts': ROUTES })
    for (const build of ['first', 'second']) {
      const { result } = transform(project)
      expect(result.getSourceFile(project.path('elsewhere/client.ts')), build).to.equal(undefined)
    }
    expect(project.read('elsewhere/client.ts')).to.include('one(')
    expect(transform(project).created).to.equal(0)
  })

  it('stays as it is while a route has an error, and the callers of that route with it', () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES, 'src/main.ts': MAIN })
    transform(project)
    const good = project.read(CLIENT)
    project.edit('src/routes.ts', "'/one'", "'one'")
    const bad = transform(project)
    expect(messages(bad)).to.have.length(1)
    expect(project.read(CLIENT)).to.equal(good)
  })

  it('settles when a route takes its result from the client', () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig(),
      'src/routes.ts': `${ROUTES}import { createClient } from './generated/client.js'\nexport const two = route.get('/two', () => createClient({ prefixUrl: '' }).one())\n`,
    })
    const first = transform(project)
    expect(messages(first)).to.deep.equal([])
    const text = project.read(CLIENT)
    expect(text).to.match(/two\([^)]*\): Promise<number>/)
    expect(transform(project).created, 'the next build').to.equal(0)
    expect(project.read(CLIENT)).to.equal(text)
  })

  it('never settles when each client gives the routes another type: that is an error', () => {
    const seen = `import './generated/client.js'\n${ROUTES}`
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': seen })
    let round = 0
    const restless = createProgramTransformer(() => ({
      findings: [],
      count: 1,
      client: (
        text => () =>
          text
      )(`// Generated by @alien-rpc/transformer. Round ${round++}.\nexport {}\n`),
      clientCode: noPackage,
      package: noPackage,
      codeOf: () => undefined,
    }))
    const { created, result } = transform(project, restless)
    expect(created).to.be.lessThan(10)
    expect(result.getOptionsDiagnostics().map(({ code }) => code)).to.deep.equal([72032])
    expect(project.exists(CLIENT)).to.equal(false)
  })

  it('is not written when the program has no route, and is emptied when it had some', () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/other.ts': 'export {}\n' })
    const none = transform(project)
    expect(none.printed).to.match(/tsconfig\.json\(\d+,\d+\): warning TS72031: .*no client is written/)
    expect(project.exists(CLIENT)).to.equal(false)

    project.write('src/routes.ts', ROUTES)
    transform(project)
    project.remove('src/routes.ts')
    const emptied = transform(project)
    expect(emptied.printed).to.match(/warning TS72031: .*the client is empty/)
    expect(messages(emptied)).to.deep.equal([])
    expect(project.read(CLIENT)).to.not.include('one(')
  })

  it('is an error at the option when the file cannot be written', () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig(),
      'src/routes.ts': ROUTES,
      'src/generated': 'a file, no folder',
    })
    const [problem, ...others] = messages(transform(project))
    expect(problem).to.match(/^tsconfig\.json TS72001: The client cannot be written: /)
    expect(others).to.deep.equal([])
  })
})

describe('the transformer, when it fails itself', () => {
  let project: TspcProject
  afterEach(() => project.dispose())

  it('says so once, as an error of the program, and changes nothing', () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES })
    const failed = transform(
      project,
      createProgramTransformer(() => {
        throw new TypeError('no such thing')
      }),
    )
    expect(failed.result).to.equal(failed.given)
    const [problem, ...others] = failed.result.getOptionsDiagnostics()
    expect(others).to.deep.equal([])
    expect(problem).to.include({ code: 72033, category: ts.DiagnosticCategory.Error })
    expect(ts.flattenDiagnosticMessageText(problem?.messageText, '\n')).to.match(
      /^internal error of @alien-rpc\/transformer: no such thing \(at .*report/,
    )
    expect(project.exists(CLIENT)).to.equal(false)
  })

  it('says so when generated code does not fit, and still emits the module', () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES })
    const code = { namespace: '$alien', helpers: '', specs: [{ start: 1, end: 2, text: '{}' }] }
    const astray = createProgramTransformer(() => ({
      findings: [],
      count: 1,
      client: () => '// Generated by @alien-rpc/transformer.\nexport {}\n',
      clientCode: noPackage,
      package: noPackage,
      codeOf: file => (file.endsWith('routes.ts') ? code : undefined),
    }))
    const { result } = transform(project, astray)
    const { diagnostics } = result.emit()
    expect(diagnostics.map(({ code }) => code)).to.deep.equal([72033])
    expect(project.exists('dist/routes.js')).to.equal(true)
  })
})

function noPackage(): never {
  throw new Error('no package was asked for')
}

interface Transformed {
  readonly given: ts.Program
  readonly result: ts.Program
  /** How many programs the transformer created. */
  readonly created: number
  readonly printed: string
}

function transform(project: TspcProject, transformer = transformProgram): Transformed {
  const { options, fileNames: rootNames } = configOf(project)
  const host = ts.createCompilerHost(options)
  const given = ts.createProgram({ rootNames, options, host })
  let created = 0
  let printed = ''
  const write = ts.sys.write
  const injected = {
    ...ts,
    originalCreateProgram: (input: ts.CreateProgramOptions) => {
      created++
      return ts.createProgram(input)
    },
  }
  ts.sys.write = text => {
    printed += text
  }
  try {
    const entry = (options.plugins as unknown as Record<string, unknown>[])[0]!
    return { given, result: transformer(given, host, entry, { ts: injected }), created, printed }
  } finally {
    ts.sys.write = write
  }
}

/** Everything that would make `tspc` fail: `file TS1: text`. */
function messages({ result }: Transformed): string[] {
  const all = [
    ...result.getOptionsDiagnostics(),
    ...result.getSyntacticDiagnostics(),
    ...result.getSemanticDiagnostics(),
  ]
  return all.map(({ file, code, messageText }) => {
    return `${file?.fileName.split('/').at(-1)} TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}

function identity(project: TspcProject): { inode: number; modified: number } {
  const { ino: inode, mtimeMs: modified } = statSync(project.path(CLIENT))
  return { inode, modified }
}
