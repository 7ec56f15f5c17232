// The package, and programs that use some of its calls → what bundlers keep of it: those calls, and what they need.
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { expect } from 'chai'
import { build } from 'esbuild'
import { type OutputChunk, rollup } from 'rollup'
import { createConsumer, type PackageConsumer } from './support/package-consumer.ts'

const ENTRY = `import { createClientWith, getUser } from '@acme/api-client'
export const client = createClientWith({ prefixUrl: 'http://localhost' }, { getUser })
`
const STREAM = ENTRY.replaceAll('getUser', 'countTo')
const SOCKET = ENTRY.replaceAll('getUser', 'chat')
const ALL = `export { createClient } from '@acme/api-client'\n`
const NOTHING = `import '@acme/api-client'\nimport { RpcError } from '@acme/api-client'\nexport const one = 1\n`

interface Bundled {
  /** What loads at first. */
  readonly first: string
  /** What is loaded by a dynamic import. */
  readonly later: string
}

type Bundle = (folder: string, text: string) => Promise<Bundled>

const BUNDLERS: Readonly<Record<string, Bundle>> = {
  async esbuild(folder, contents) {
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir: folder, sourcefile: 'entry.js' },
      ...{ bundle: true, splitting: true, minify: true, metafile: true, write: false, logLevel: 'silent' },
      ...{
        format: 'esm',
        platform: 'browser',
        outdir: '/out',
        absWorkingDir: '/',
        chunkNames: '[name]-[hash]',
      },
    })
    const first = new Set<string>()
    const visit = (path: string) => {
      if (first.has(path)) return
      first.add(path)
      for (const { path: next, kind } of metafile.outputs[path]!.imports)
        if (kind === 'import-statement') visit(next)
    }
    visit(
      Object.keys(metafile.outputs).find(path => metafile.outputs[path]!.entryPoint?.endsWith('entry.js'))!,
    )
    const textOf = (isFirst: boolean) =>
      outputFiles.filter(({ path }) => first.has(path.slice(1)) === isFirst).map(({ text }) => text)
    return { first: textOf(true).join('\n'), later: textOf(false).join('\n') }
  },
  async Rollup(folder, text) {
    const installed = join(folder, 'node_modules/@acme/api-client/index.js')
    const bundle = await rollup({
      input: 'entry.js',
      plugins: [
        {
          name: 'consumer',
          resolveId: id => (id === 'entry.js' ? id : id === '@acme/api-client' ? installed : null),
          load: id => (id === 'entry.js' ? text : null),
        },
      ],
    })
    const { output } = await bundle.generate({ format: 'es' })
    await bundle.close()
    const chunks = output.filter((it): it is OutputChunk => it.type === 'chunk')
    const first = new Set<string>()
    const visit = (name: string) => {
      if (first.has(name)) return
      first.add(name)
      for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) visit(next)
    }
    visit(chunks.find(({ isEntry }) => isEntry)!.fileName)
    const textOf = (isFirst: boolean) =>
      chunks.filter(({ fileName }) => first.has(fileName) === isFirst).map(({ code }) => code)
    return { first: textOf(true).join('\n'), later: textOf(false).join('\n') }
  },
}

/** Text of the package that shows what was kept, and survives minifying. */
const MARKS = {
  getUser: '/users/:id',
  createUser: /\/users['"` ]/,
  countTo: '/count/:to',
  chat: '/chat',
  streams: 'application/json-seq',
  sockets: 'alien-rpc.v1.json',
  msgpack: 'maps=pairs',
} as const

describe('bundles of the package', function () {
  this.timeout(120_000)
  let consumer: PackageConsumer
  before(async () => {
    consumer = await createConsumer()
  })
  after(() => consumer?.dispose())

  const marksIn = (text: string) =>
    Object.entries(MARKS)
      .filter(([, mark]) => (typeof mark === 'string' ? text.includes(mark) : mark.test(text)))
      .map(([name]) => name)

  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    it(`hold every call of a whole client, and MessagePack in a file of its own: ${name}`, async () => {
      const { first, later } = await bundle(consumer.folder, ALL)
      expect(marksIn(first)).to.deep.equal(Object.keys(MARKS).filter(mark => mark !== 'msgpack'))
      expect(marksIn(later)).to.include('msgpack')
    })

    it(`hold one call where one was chosen, without what only streams and sockets need: ${name}`, async () => {
      expect(marksIn((await bundle(consumer.folder, ENTRY)).first)).to.deep.equal(['getUser'])
    })

    it(`hold streams with a stream, sockets with a socket: ${name}`, async () => {
      expect(marksIn((await bundle(consumer.folder, STREAM)).first)).to.deep.equal(['countTo', 'streams'])
      expect(marksIn((await bundle(consumer.folder, SOCKET)).first)).to.deep.equal(['chat', 'sockets'])
    })

    it(`hold nothing of it where nothing is used: ${name}`, async () => {
      expect((await bundle(consumer.folder, NOTHING)).first).to.have.length.below(100)
    })
  }

  it('are smaller the fewer calls were chosen', async () => {
    const size = async (text: string) => {
      const { first } = await BUNDLERS.esbuild!(consumer.folder, text)
      return brotliCompressSync(first).length
    }
    const [all, stream, unary] = [await size(ALL), await size(STREAM), await size(ENTRY)]
    expect(unary).to.be.lessThan(stream)
    expect(stream).to.be.lessThan(all * 0.7)
  })
})
