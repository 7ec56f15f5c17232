// A configuration of Next and modules with routes → rules for both of its bundlers, and what its loader makes of the modules as they are edited.
import * as next from '@alien-rpc/transformer/next'
import { expect } from 'chai'
import { createTspcProject, type TspcProject, tsconfig } from './support/tspc-project.ts'

type Loader = (
  this: {
    resourcePath: string
    getOptions(): object
    addDependency(file: string): void
    callback(error: Error | null, code?: string): void
  },
  text: string,
) => void

const ROUTES = `import { route } from '@alien-rpc/service'
import type { Order } from './types'

export const order = route.post('/orders', ({ count }: Order) => ({ ordered: count }))
`

describe("Next's loader and configuration", function () {
  // Each reads TypeScript's libraries, more slowly on a busy machine.
  this.timeout(60_000)
  let project: TspcProject

  beforeEach(() => {
    project = createTspcProject({
      'tsconfig.json': tsconfig({ noEmit: true, module: 'esnext', moduleResolution: 'bundler' }),
      'src/types.ts': 'export interface Order { count: number }\n',
      'src/routes.ts': ROUTES,
    })
  })
  afterEach(() => project.dispose())

  /** As Next calls it: the code, and the files that it watches from now on. */
  function load(file: string): { code: string; watched: string[] } {
    const { default: loader } = next as unknown as { default: Loader }
    const watched: string[] = []
    let found: string | Error | undefined
    loader.call(
      {
        resourcePath: project.path(file),
        getOptions: () => ({ tsconfig: project.path('tsconfig.json') }),
        addDependency: name => void watched.push(name),
        callback: (error, code) => {
          found = error ?? code
        },
      },
      project.read(file),
    )
    if (typeof found !== 'string') throw found
    return { code: found, watched }
  }

  it('compiles routes anew when a type in another file has changed, and watches that file', () => {
    const first = load('src/routes.ts')
    expect(first.code).to.contain('@alien-rpc/service/generated')
    expect(first.watched).to.include(project.path('src/types.ts'))
    project.edit('src/types.ts', 'number', 'string')
    expect(load('src/routes.ts').code).to.not.equal(first.code)
  })

  it('finds modules that came later, and leaves those without routes as they are', () => {
    load('src/routes.ts')
    project.write('src/more.ts', ROUTES.replace('order =', 'more =').replace('/orders', '/more'))
    expect(load('src/more.ts').code).to.contain('@alien-rpc/service/generated')
    expect(load('src/types.ts').code).to.equal(project.read('src/types.ts'))
  })

  it('says what is wrong with a module', () => {
    project.edit('src/routes.ts', "'/orders'", "'/orders/:id'")
    expect(() => load('src/routes.ts')).to.throw(/routes\.ts\(4,\d+\): error TS72/)
  })

  it('is added to what a configuration has, whose client is written before anything imports it', () => {
    const own = { '*.svg': { loaders: ['svg'] } }
    const config = {
      turbopack: { rules: own },
      webpack: (given: { name: string }) => ({ ...given, own: true }),
    }
    const made = next.withAlienRpc(config, { tsconfig: project.path('tsconfig.json') })
    expect(project.exists('src/generated/client.ts')).to.equal(true)
    expect(Object.keys(made.turbopack.rules).sort()).to.deep.equal(['*.svg', '*.ts', '*.tsx'])
    const webpack = made.webpack({ name: 'server' }) as unknown as { own: boolean; plugins: object[] }
    expect([webpack.own, webpack.plugins.length]).to.deep.equal([true, 1])
  })
})
