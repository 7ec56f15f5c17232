// Routes → the module, the declarations and the README of their package, as TypeScript and a reader take them.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import * as esbuild from 'esbuild'
import ts from 'typescript'
import { type PackageSources, routesToPackage } from '../transformer/src/emit/routes-to-package.ts'
import { bundleClient } from '../transformer/src/hosts/package/bundle-client.ts'
import { declarationsToRuntime } from '../transformer/src/hosts/package/declarations-to-runtime.ts'
import { ROUTES } from './support/package-project.ts'
import { programFactory } from './support/virtual-program.ts'

const ENTRY = fileURLToPath(new URL('../runtime/dist/client.d.ts', import.meta.url))
const NAME = '@acme/api-client'

/** As somebody without Node's types has it. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  paths: { [NAME]: ['./index.d.ts'] },
}

describe('the sources of a package', function () {
  this.timeout(60_000)
  const programOf = programFactory()
  const runtime = declarationsToRuntime(ts, ENTRY, path => readFileSync(path, 'utf8'))

  const packageOf = (source: string): PackageSources => {
    const { routes, sockets, types, findings } = programOf(source).analysis
    expect(
      findings.filter(({ rule }) => !rule.startsWith('any-')).map(({ message }) => message),
    ).to.deep.equal([])
    return routesToPackage([...routes, ...sockets], types, runtime)
  }
  /** What TypeScript says of the declarations, and of code that imports the package. */
  const complaints = (sources: PackageSources, usage = 'export {}') =>
    programOf({ 'index.d.ts': sources.declarations, 'usage.ts': usage }, OPTIONS).typeErrors()
  const exportsOf = (text: string) =>
    [...text.matchAll(/^export (?:declare )?(\w+) (\w+)/gm)].map(it => it[2])

  it('check in full without the types of Node, as declarations and as the examples of the README', () => {
    const sources = packageOf(ROUTES)
    const readme = sources.readme(NAME)
    const examples = [...readme.matchAll(/```ts\n(import [\s\S]*?)```/g)].map(it => it[1]!)
    expect(examples).to.have.length(2)
    for (const example of examples)
      expect(complaints(sources, `${example}\nexport {}`), example).to.deep.equal([])
  })

  it('are listed by the README: each call with its arguments, its result and its comment', () => {
    const readme = packageOf(ROUTES).readme(NAME)
    const titles = [...readme.matchAll(/^### (.+)$/gm)].map(it => it[1])
    expect(titles).to.deep.equal(['chat', 'countTo', 'createUser', 'getUser', 'remove'])
    expect(readme).to.include(
      '### getUser\n\n`GET /users/:id`\n\nOne user, or none.\n\n```ts\ngetUser(args: { id: number }, options?: CallOptions): Promise<User | null>\n```\n',
    )
    expect(readme).to.include('/** Somebody who may log in. */\nexport interface User {')
    expect(readme).to.include("request(request: { type: 'greet'; name: string }")
  })

  it('declare of the runtime what the calls need, and export of it what it exports', () => {
    const http = packageOf("export const one = route.get('/one', () => 1)").declarations
    expect(http).to.not.match(/Socket|RpcStream|SubscribeOptions|RequestOptions/)
    expect(complaints(packageOf("export const one = route.get('/one', () => 1)"))).to.deep.equal([])
    expect(exportsOf(http)).to.include.members(['CallOptions', 'ClientOptions', 'ErrorCode', 'RpcError'])
    expect(exportsOf(http)).to.not.include.members(['ERROR_CODES', 'Framing'])
    const all = packageOf(ROUTES).declarations
    expect(exportsOf(all)).to.include.members(['RpcSocket', 'RpcStream', 'SocketEvents', 'WebSocketOptions'])
  })

  it('give way to JavaScript and to the runtime where a route or a type has a name of theirs', () => {
    const sources = packageOf(`
interface AbortSignal { abort: 'mine' }
interface ClientOptions { prefixUrl: number }
interface Framing { framed: true }
interface ClientCall { called: Date }
interface Awaited { waited: AbortSignal }
export const createClient = route.get('/create', (): AbortSignal => ({ abort: 'mine' }))
export const createClientWith = route.get('/with', (): ClientOptions => ({ prefixUrl: 1 }))
export const Date = route.get('/date', (): Framing => ({ framed: true }))
export const fetch = route.get('/fetch', (): ClientCall | Awaited => ({ called: new globalThis.Date() }))
export const method = route.get('/method', () => 1)
const erase = route.delete('/erase', () => 1)
export { erase as delete }
`)
    const usage = `import { createClient, createClientWith, createClient2, Date2, delete_, fetch as fetchRoute } from '${NAME}'
const client = createClient({ prefixUrl: 'http://localhost', fetch })
const signal: 'mine' = (await client.createClient({}, { signal: AbortSignal.timeout(1) })).abort
const few = createClientWith({ prefixUrl: '' }, { create: createClient2, delete: delete_, Date: Date2, fetchRoute })
const results: [Promise<number>, Promise<{ framed: true }>, 'mine'] = [few.delete(), few.Date(), (await few.create()).abort]
const fetched = await few.fetchRoute()
export const all = [signal, results, 'called' in fetched ? fetched.called.getTime() : fetched.waited.abort]`
    expect(complaints(sources, usage)).to.deep.equal([])
    expect(sources.module).to.match(/createClient\(options: any\) \{\n.*\n(?: +\S+: \S+,\n)+/)
    expect(sources.module).to.include('delete: delete_,')
  })

  it('have enums as values', () => {
    const { module, declarations } = packageOf(ROUTES)
    expect(module).to.include("export const Role = {\n  Reader: 'reader',\n  Writer: 'writer',\n} as const\n")
    expect(declarations).to.include("export declare const Role: {\n  readonly Reader: 'reader'\n")
  })

  it('show a property marked internal only where a caller could not do without it', () => {
    const { declarations, module } = packageOf(`
interface Both {
  id: number
  /** @internal */
  trace: string
  /** @internal */
  hint?: string
}
interface Sent {
  id: number
  /** @internal */
  at: Date
  /** Shown. */
  name: string
}
export const take = route.post('/take', (args: Both): Sent => ({ id: 1, at: new Date(), name: args.trace }))
/** @internal */
export const hidden = route.get('/hidden', () => 1)
`)
    expect(declarations).to.include('interface Both {\n  id: number\n  trace: string\n}')
    expect(declarations).to.include('interface Sent {\n  id: number\n  /** Shown. */\n  name: string\n}')
    expect(declarations + module).to.not.include('hidden')
    expect(module, 'values are whole all the same').to.include('new Date(v.at)')
  })

  it('are the same whatever the order of the routes', () => {
    const { routes, sockets, types } = programOf(ROUTES).analysis
    const [one, other] = [[...routes, ...sockets], [...sockets, ...routes].reverse()].map(all => {
      const { readme, ...rest } = routesToPackage(all, types, runtime)
      return { ...rest, readme: readme(NAME) }
    })
    expect(other).to.deep.equal(one)
  })

  describe('become files of JavaScript', () => {
    const root = fileURLToPath(new URL('../', import.meta.url))
    let folder: string
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'installed-'))
    })
    after(() => rmSync(folder, { recursive: true, force: true }))

    const bundle = (runtimeFolder: string) => {
      const runtimeEntry = join(runtimeFolder, 'dist/client.js')
      return bundleClient({ esbuild, module: packageOf(ROUTES).module, runtimeFolder, runtimeEntry })
    }

    it('that are the same wherever the runtime lies', () => {
      const installed = join(folder, 'deep/er/node_modules/@alien-rpc/service')
      for (const part of ['dist', 'src', 'package.json'])
        cpSync(join(root, 'runtime', part), join(installed, part), { recursive: true })
      expect(bundle(installed)).to.deep.equal(bundle(join(root, 'runtime')))
    })

    it('with maps of the text that they contain, for both kinds of modules', () => {
      const files = new Map(bundle(join(root, 'runtime')).map(({ name, text }) => [name, text]))
      for (const kind of ['js', 'cjs']) {
        const code = files.get(`index.${kind}`)!
        expect(code).to.match(new RegExp(`\n//# sourceMappingURL=index\\.${kind}\\.map\n$`))
        const map = JSON.parse(files.get(`index.${kind}.map`)!)
        expect(map.sources).to.include('index.ts')
        expect(
          map.sources.filter((source: string) => !/^(?:index\.ts$|@alien-rpc\/service\/)/.test(source)),
        ).to.deep.equal([])
        expect(map.sourcesContent.every((text: unknown) => typeof text === 'string')).to.equal(true)
        const lines = code.split('\n')
        const line = lines.findIndex(it => it.startsWith('function createClientWith('))
        const entry = new SourceMap(map).findEntry(line, lines[line]!.indexOf('createClientWith'))
        if (!('originalSource' in entry)) throw new Error('the map has nothing for createClientWith')
        const text: string = map.sourcesContent[map.sources.indexOf(entry.originalSource)]
        expect(text.split('\n')[entry.originalLine]).to.match(/^export function createClientWith\(/)
      }
    })
  })

  describe('read declarations of the runtime', () => {
    const read = (files: Readonly<Record<string, string>>) =>
      declarationsToRuntime(ts, '/client.d.ts', path => files[path]!)

    it('by name, with what they name, through files that import each other', () => {
      const found = read({
        '/client.d.ts': "export type { A } from './a.ts';\nexport { B } from './b.js';\n",
        '/a.d.ts':
          "import type { B } from './b.ts';\n/** Says what. */\nexport interface A {\n    /** Of A. */\n    b: B;\n    c: typeof C;\n}\ndeclare const C: 1;\n",
        '/b.d.ts':
          'export declare class B extends Error {\n    send(it: Uint8Array<ArrayBuffer>): void;\n}\n',
      })
      expect([...found.keys()].sort()).to.deep.equal(['A', 'B', 'C'])
      expect(found.get('A')).to.deep.equal({
        name: 'A',
        text: '/** Says what. */\ninterface A {\n  /** Of A. */\n  b: B\n  c: typeof C\n}\n',
        declare: '',
        names: ['B', 'C'],
        isPublic: true,
      })
      expect(found.get('B')).to.deep.include({
        declare: 'declare ',
        names: ['Error', 'ReturnType', 'TextEncoder'],
      })
      expect(found.get('C')).to.deep.include({ text: 'const C: 1\n', isPublic: false })
    })

    it('and refuse those that cannot stand side by side', () => {
      const client = "export type { A } from './a.ts';\nexport type { B } from './b.ts';\n"
      expect(() =>
        read({ '/client.d.ts': client, '/a.d.ts': 'interface A {}', '/b.d.ts': 'interface A {}' }),
      ).to.throw('A is declared in /a.d.ts and in /b.d.ts')
      expect(() =>
        read({ '/client.d.ts': "export type { A as B } from './a.ts';", '/a.d.ts': 'interface A {}' }),
      ).to.throw('renames')
    })
  })
})
