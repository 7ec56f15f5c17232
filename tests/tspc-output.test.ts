// Modules with routes in → the JavaScript that the real `tspc` emits, run under Node, out.
import { expect } from 'chai'
import { createTspcProject, pluginEntry, type TspcProject, tsconfig } from './support/tspc-project.ts'

const ROUTES = `'use strict'

import { route } from '@alien-rpc/service'

/** Finds a user. */
export const getUser = route.get('/users/:id', async (args: { id: string; page?: number; since?: Date }) => {
  return { id: args.id, page: args.page ?? 1, since: args.since?.getUTCFullYear(), born: new Date(0), note: 'ORIGINAL' }
})

export const count = route.post('/count', async function* (args: { to: number }) {
  for (let n = 1; n <= args.to; n++) yield { n }
  return 'done' as const
})

export const fail = route.get('/fail', async () => {
  throw new Error('on line 17')
})
`

describe('the output of tspc', function () {
  this.timeout(90_000)
  let project: TspcProject
  afterEach(() => project.dispose())

  it('serves calls of the emitted client: values, streams and refused arguments', async () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES, 'src/app.ts': APP })
    expect(await project.tspc('-p', '.')).to.deep.include({ code: 0, output: '' })
    const run = await project.node('dist/app.js')
    expect(run.output.split('\n').at(-1)).to.equal(
      JSON.stringify({
        user: { id: 'a/b', page: 2, since: 2020, born: 0 },
        items: [1, 2, 3],
        refused: ['BAD_REQUEST', 'args.to'],
        failed: 'INTERNAL',
      }),
    )
    expect(run.code).to.equal(0)
  })

  it('speaks in rows over HTTP and sockets where the entry says "msgpack", and to clients of JSON as ever', async () => {
    const plugins = [pluginEntry({ client: 'src/generated/client.ts', msgpack: true })]
    project = createTspcProject({
      'tsconfig.json': tsconfig({ plugins }),
      'src/routes.ts': ROW_ROUTES,
      'src/app.ts': ROW_APP,
    })
    expect(await project.tspc('-p', '.')).to.deep.include({ code: 0, output: '' })
    const run = await project.node('dist/app.js')
    expect(JSON.parse(run.output.split('\n').at(-1) ?? '')).to.deep.equal({
      rows: [{ id: '9007199254740993', at: 5 }, true],
      json: [{ id: '9007199254740993', at: 5 }, false],
      socket: ['9007199254740993', true],
    })
    expect(run.code).to.equal(0)
  })

  it('has compiled routes in every module format', async () => {
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': ROUTES, 'check.mjs': CHECK })
    const formats = [
      {
        args: ['--module', 'esnext', '--moduleResolution', 'bundler', '--verbatimModuleSyntax'],
        type: 'module',
      },
      {
        args: ['--module', 'commonjs', '--moduleResolution', 'bundler', '--isolatedModules'],
        type: 'commonjs',
      },
      { args: ['--module', 'nodenext', '--target', 'es2017', '--declaration'], type: 'commonjs' },
    ]
    for (const { args, type } of formats) {
      project.write('package.json', JSON.stringify({ type }))
      const built = await project.tspc('-p', '.', ...args)
      expect(built, args.join(' ')).to.deep.include({ code: 0, output: '' })
      const run = await project.node('check.mjs')
      expect(run.output, args.join(' ')).to.equal('count true, fail true, getUser true')
    }
    expect(project.read('dist/routes.d.ts')).to.not.match(/\$alien|compiledRoute/)
  })

  it('keeps directives and licences first, and leaves modules without routes alone', async () => {
    const plain = '// Nothing to do here.\nexport const answer: number = 42\n'
    const licensed = `/* A licence. */\n\nimport { route } from '@alien-rpc/service'\nexport const a = route.get('/a', () => 1)\n`
    project = createTspcProject({
      'tsconfig.json': tsconfig(),
      'src/routes.ts': ROUTES,
      'src/licensed.ts': licensed,
      'src/plain.ts': plain,
    })
    await project.tspc('-p', '.')
    expect(project.read('dist/licensed.js')).to.match(/^\/\* A licence\. \*\/\nimport \* as \$alien/)
    const text = project.read('dist/routes.js')
    expect(text).to.match(/^'use strict';\nimport \* as \$alien/)
    expect(text).to.include('/** Finds a user. */\nexport const getUser')
    expect(project.read('dist/plain.js')).to.equal(plain.replace(': number', '').replace('42\n', '42;\n'))
  })

  it('maps stack traces to the lines of the source', async () => {
    project = createTspcProject({
      'tsconfig.json': tsconfig({ sourceMap: true }),
      'src/routes.ts': ROUTES,
      'trace.mjs':
        "import { fail } from './dist/routes.js'\nfail.handler().catch(error => console.log(error.stack))\n",
    })
    await project.tspc('-p', '.')
    const line = ROUTES.split('\n').findIndex(text => text.includes('throw')) + 1
    const run = await project.node('--enable-source-maps', 'trace.mjs')
    expect(run.output).to.include(`src/routes.ts:${line}:9)`)
    // Mappings are separated by `;`, one group a line: generated lines must not point at lines of the user's.
    const mappings = JSON.parse(project.read('dist/routes.js.map')).mappings.split(';') as string[]
    const generated = project
      .read('dist/routes.js')
      .split('\n')
      .flatMap((text, index) => {
        return /^ +(contract|args|result|returns): |^function \$|^import \* as/.test(text)
          ? [mappings[index]]
          : []
      })
    expect(generated).to.have.length.greaterThan(8)
    expect(new Set(generated)).to.deep.equal(new Set(['']))
  })

  it('goes together with other transformers, which may rebuild every call', async () => {
    const plugins = [{ transform: './rebuild.cjs' }, pluginEntry()]
    project = createTspcProject({
      'tsconfig.json': tsconfig({ plugins }),
      'src/routes.ts': ROUTES,
      'check.mjs': CHECK,
      'rebuild.cjs': REBUILD,
    })
    expect(await project.tspc('-p', '.')).to.deep.include({ code: 0, output: '' })
    expect((await project.node('check.mjs')).output).to.equal('count true, fail true, getUser true')
    expect(project.read('dist/routes.js')).to.include('"REPLACED"').and.not.include('ORIGINAL')
  })
})

const APP = `import { serve } from '@alien-rpc/service/node'
import { createClient, RpcError } from './generated/client.js'
import * as routes from './routes.js'

const server = await serve(routes, { port: 0 })
const client = createClient({ prefixUrl: server.url })
const user = await client.getUser({ id: 'a/b', page: 2, since: new Date('2020-02-03T00:00:00Z') })
const items: number[] = []
for await (const { n } of client.count({ to: 3 })) items.push(n)
const refused = await client.count({ to: 'x' as never }).next().catch((error: RpcError) => error)
const failed = await client.fail().catch((error: RpcError) => error)
await server.close()
console.log(JSON.stringify({
  user: { id: user.id, page: user.page, since: user.since, born: user.born.getTime() },
  items,
  refused: refused instanceof RpcError ? [refused.code, refused.issues[0]?.path] : refused,
  failed: failed instanceof RpcError ? failed.code : failed,
}))
`

const CHECK = `import * as routes from './dist/routes.js'
const names = ['count', 'fail', 'getUser']
const compiled = names.map(name => \`\${name} \${routes[name].compiled?.name === name}\`)
console.log(compiled.join(', '))
`

/** Makes every call anew, without a link to the original, and replaces a text. */
const REBUILD = `module.exports = (program, config, { ts }) => context => file => {
  const visit = node => {
    if (ts.isStringLiteral(node) && node.text === 'ORIGINAL') return context.factory.createStringLiteral('REPLACED')
    const visited = ts.visitEachChild(node, visit, context)
    if (!ts.isCallExpression(visited)) return visited
    return context.factory.createCallExpression(visited.expression, visited.typeArguments, visited.arguments)
  }
  return ts.visitEachChild(file, visit, context)
}
`

const ROW_ROUTES = `import { route } from '@alien-rpc/service'
const row = { id: 9007199254740993n, at: new Date(5), hidden: 'never sent' }
export const find = route.get('/find', async (): Promise<{ id: bigint; at: Date }> => row)
export const feed = route.ws('/feed', {
  async onRequest(_: { type: 'find' }, context): Promise<{ id: bigint; offered: string }> {
    return { ...row, offered: context.headers['sec-websocket-protocol'] ?? '' }
  },
})
`

/** The content type tells whether rows were agreed on, the subprotocols that they were offered. */
const ROW_APP = `import { serve } from '@alien-rpc/service/node'
import { createClient } from './generated/client.js'
import * as routes from './routes.js'

const server = await serve(routes)
let type: string | null = ''
const call = async (framing: 'json' | 'msgpack') => {
  const client = createClient({
    prefixUrl: server.url,
    framing,
    fetch: async (...args) => {
      const response = await fetch(...args)
      type = response.headers.get('content-type')
      return response
    },
  })
  const found = await client.find()
  if ('hidden' in found) throw new Error('more than declared')
  return { client, seen: [{ id: String(found.id), at: found.at.getTime() }, /rows=/.test(type ?? '')] }
}
const rows = await call('msgpack')
const json = await call('json')
const socket = await rows.client.feed()
const { id, offered } = await socket.request({ type: 'find' })
socket.close()
console.log(JSON.stringify({ rows: rows.seen, json: json.seen, socket: [String(id), /\\.rows-/.test(offered)] }))
await server.close()
`
