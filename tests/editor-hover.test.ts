// Routes with middleware, type tags and mistakes, given to the real tsserver → what it says on hover of them and of calls of the client.
import { expect } from 'chai'
import { documentationOf } from '../transformer/src/model/homepage.ts'
import { locate } from './support/tsserver.ts'
import { useEditor } from './support/use-editor.ts'

interface QuickInfo {
  readonly documentation: string
  readonly displayString: string
}

const IMPORT = "import { route, type t } from '@alien-rpc/service'\n"

describe('hover in the editor', function () {
  this.timeout(60_000)
  const editor = useEditor(project => project.remove('mistakes.ts'))

  const infoAt = (name: string, text: string) => {
    const { file, source } = editor.project.open(editor.tsserver, name)
    return editor.tsserver.request<QuickInfo>('quickinfo', { file, ...locate(source, text) })
  }
  const linesAt = async (name: string, text: string) =>
    (await infoAt(name, text)).documentation.split('\n').map(line => line.trimEnd())

  it('says of a call what it says of the route, and the formats', async () => {
    editor.project.open(editor.tsserver, 'routes.ts')
    const lines = [
      "`GET /stream/:type` → stream of `{ index: number; type: 'fast' | 'slow'; timestamp: number }` as json-seq, ndjson, text/event-stream or MessagePack",
      "takes `{ type: 'fast' | 'slow' }` from the path",
      ...['', 'Counts, fast or slowly.'],
    ]
    expect(await linesAt('caller.ts', 'conditionalStream')).to.deep.equal(lines)
    expect(await linesAt('routes.ts', 'conditionalStream')).to.deep.equal(lines)
    expect((await linesAt('routes.ts', 'addUser'))[0]).to.equal(
      '`POST /users` → `{ id: number; name: string }` as JSON or MessagePack',
    )
    expect(await linesAt('routes.ts', 'chat')).to.deep.equal([
      '`WS /chat` in JSON or MessagePack',
      'notify `{ text: string }`',
      "request `{ type: 'count' }` → `3`",
      "request `{ type: 'join'; room: string }` → `{ joined: string }`",
    ])
  })

  it('names the middleware before the handler, of the builders in other files too, on the route and on the call', async () => {
    editor.project.write(
      'builders.ts',
      `${IMPORT}
export const limit = (count: number) => () => ({ count })
export const signedIn = route.use(function readToken() {
  return { user: 'ada' }
})
const admin = signedIn.use(limit(3), () => {}) as typeof signedIn
export { admin as adminRoute }
export const builders = { metered: route.use(limit(1)) }
export declare const elsewhere: typeof signedIn
`,
    )
    const audit = 'const audit = () => {}\n'
    editor.project.write(
      'routes.ts',
      `${IMPORT}import { adminRoute, builders, elsewhere, limit } from './builders.ts'
${audit}
export const conditionalStream = adminRoute.get('/a/:id', { middleware: [audit, limit(9)] }, async function* ({ id }: { id: string }) {
  yield { index: 1, id }
})
export const metered = builders.metered.get('/b', () => 1)
export const foreign = elsewhere.get('/c', () => 1)
export const socket = adminRoute.ws('/d', { middleware: [audit], onMessage(_: { a: 1 }) {} })
export const plain = route.get('/e', () => 1)
`,
    )
    const middleware = async (name: string, text: string) =>
      (await linesAt(name, text)).filter(line => line.startsWith('middleware'))
    const all = 'middleware `readToken`, `limit(3)`, an inline function, `audit`, `limit(9)`'
    expect(await middleware('routes.ts', 'conditionalStream')).to.deep.equal([all])
    expect(await middleware('caller.ts', 'conditionalStream')).to.deep.equal([all])
    expect(await middleware('routes.ts', 'metered =')).to.deep.equal(['middleware `limit(1)`'])
    expect(await middleware('routes.ts', 'foreign')).to.deep.equal(['middleware that of `elsewhere`'])
    expect(await middleware('routes.ts', 'socket')).to.deep.equal([
      'middleware `readToken`, `limit(3)`, an inline function, `audit`',
    ])
    expect(await middleware('routes.ts', 'plain')).to.deep.equal([])
  })

  it('says what type tags ask of arguments, items and messages, each by its path', async () => {
    editor.project.write(
      'routes.ts',
      `${IMPORT}
interface Person {
  email: string & t.Format<'email'>
  age: number & t.Minimum<0> & t.Maximum<150>
  friends: Person[] & t.MaxItems<5> & t.UniqueItems
}
export const invite = route.post('/invite', (args: { who: Person; note?: string & t.Pattern<'^\`a'> }) => args.who.age)
export const conditionalStream = route.get('/names', async function* () {
  yield { index: 1, name: 'ada' as string & t.MinLength<1> }
})
export const socket = route.ws('/s', {
  onMessage(_: { text: string & t.MaxLength<9> }) {},
  onRequest: (request: bigint & t.MultipleOf<2n>) => request,
})
`,
    )
    expect((await linesAt('routes.ts', 'invite')).slice(2)).to.deep.equal([
      '`args.who.email` format email',
      '`args.who.age` minimum 0, maximum 150',
      '`args.who.friends` max items 5, unique items',
      '`args.note` pattern `` ^`a ``',
      '`result` minimum 0, maximum 150',
    ])
    expect(await linesAt('caller.ts', 'conditionalStream')).to.include('`item.name` min length 1')
    const socket = await linesAt('routes.ts', 'socket')
    expect(socket).to.include('`message.text` max length 9').and.to.include('`request` multiple of 2')
  })

  it('says which framing the client speaks by default, and what is strict', async () => {
    editor.project.write(
      'routes.ts',
      `${IMPORT}export const put = route.put('/a/:id', { framing: 'msgpack', strict: true }, (args: { id: string; b: 1 }) => args)\n`,
    )
    expect((await linesAt('routes.ts', 'put =')).slice(1)).to.deep.equal([
      'takes `{ id: string; b: 1 }` from path and body, strictly',
      'the client asks for MessagePack by default',
    ])
  })

  it('keeps a hover short, whatever the type', async () => {
    const properties = Array.from({ length: 200 }, (_, i) => `property${i}: number & t.Minimum<${i}>`)
    editor.project.write(
      'routes.ts',
      `${IMPORT}export const big = route.post('/big', (args: { ${properties.join('; ')} }) => args)\n`,
    )
    const { documentation } = await infoAt('routes.ts', 'big')
    expect(documentation.length).to.be.lessThan(3000)
    expect(documentation).to.match(/and 388 more with type tags$/)
  })

  it('links to the documentation of a finding, also where TypeScript has nothing to say', async () => {
    editor.project.write(
      'routes.ts',
      `${IMPORT}export const conditionalStream = route.get('/a/:id', (args: { page: number }) => args.page)\nconst hidden = route.get('/b', () => 1)\n`,
    )
    const inPath = await infoAt('routes.ts', ':id')
    expect([inPath.displayString, inPath.documentation]).to.deep.equal([
      'TS72009',
      `[TS72009 path-parameter-missing](${documentationOf('path-parameter-missing')}): A path parameter is not declared by the handler`,
    ])
    const onName = await infoAt('routes.ts', "route.get('/b")
    expect(onName.documentation).to.include(
      `[TS72012 route-not-exported](${documentationOf('route-not-exported')})`,
    )
    expect((await infoAt('routes.ts', 'page')).documentation).to.equal('')
  })
})
