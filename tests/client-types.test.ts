// Code as a user of the emitted client writes it in → what TypeScript's own checker says about it out.
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import ts from 'typescript'

const FOLDER = fileURLToPath(new URL('./types/', import.meta.url))

const EMITTED = `
import { createRpcClient } from '../../runtime/src/client.ts'
import type { CallOptions, ClientOptions, ClientRoute, RpcStream } from '../../runtime/src/client.ts'
interface Client {
  count(args: { to: number }, options?: CallOptions): RpcStream<{ n: number }, string>
  feed(args?: {}, options?: CallOptions): RpcStream<Date>
}
const routes = {
  count: { method: 'GET', path: '/count', output: 'stream', source: 'query' },
  feed: { method: 'GET', path: '/feed', output: 'stream', source: 'none', decode: (value: string) => new Date(value) },
} satisfies Record<keyof Client, ClientRoute>
export function createClient(options: ClientOptions): Client { return createRpcClient<Client>(options, routes) }
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(proof?: T) => proof
const client = createClient({ prefixUrl: 'http://localhost' })
`

/** What the checker says about each snippet, in one program: the libraries are read once. */
function complaints(snippets: readonly string[]): string[][] {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    types: [],
  }
  const texts = new Map(
    snippets.map((code, index) => [`${FOLDER}user-${index}.ts`, `${EMITTED}async function use() {${code}}`]),
  )
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = name => texts.has(name) || fileExists(name)
  host.getSourceFile = (name, ...rest) => {
    const text = texts.get(name)
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true)
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  return [...texts.keys()].map(name =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(d => ts.flattenDiagnosticMessageText(d.messageText, '\n')),
  )
}

const ACCEPTED = [
  [
    'a loop over a stream without await',
    'for await (const item of client.count({ to: 3 })) holds<Equal<typeof item, { n: number }>>()',
  ],
  [
    'done as what tells the return value from an item',
    `const result = await client.count({ to: 3 }).next()
       if (result.done) holds<Equal<typeof result.value, string>>()
       else holds<Equal<typeof result.value, { n: number }>>()`,
  ],
  [
    'yield*, which hands the return value on',
    `async function* again() {
         const end = yield* client.count({ to: 3 })
         holds<Equal<typeof end, string>>()
       }
       again()`,
  ],
  ['a stream as an AsyncIterable', 'const all: AsyncIterable<Date> = client.feed(); all'],
  [
    'return() without an argument, and with a return value',
    'await client.feed().return(); await client.count({ to: 1 }).return("x")',
  ],
  ['an async function of headers', 'createClient({ prefixUrl: "", headers: async () => ({ a: "b" }) })'],
  [
    'the options of a call',
    'client.feed({}, { signal: AbortSignal.timeout(5), timeout: 0, headers: { a: "b" }, lastEventId: "7" })',
  ],
] as const

const REFUSED = [
  ['a missing prefixUrl', 'createClient({})', /prefixUrl/],
  ['an unknown option', 'createClient({ prefixUrl: "", retries: 3 })', /retries/],
  ['missing arguments', 'client.count()', /Expected 1-2 arguments/],
  ['a stream in a synchronous loop', 'for (const item of client.feed()) item', /Symbol\.iterator/],
  [
    'an item taken for the return value',
    'const text: string = (await client.count({ to: 1 }).next()).value',
    /n: number/,
  ],
] as const

describe('client types', () => {
  let found: string[][]
  before(function () {
    this.timeout(120_000)
    found = complaints([...ACCEPTED, ...REFUSED].map(([, code]) => code))
  })

  for (const [index, [title]] of ACCEPTED.entries()) {
    it(`accept ${title}`, () => expect(found[index]).to.deep.equal([]))
  }
  for (const [index, [title, , text]] of REFUSED.entries()) {
    it(`refuse ${title}`, () => {
      const own = found[ACCEPTED.length + index]
      expect(own).to.have.length(1)
      expect(own![0]).to.match(text)
    })
  }
})
