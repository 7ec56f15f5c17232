// Routes with errors, and hooks that fail, in → what callers of the client are told, and TypeScript's own resolution, out.
import { expect } from 'chai'
import ts from 'typescript'
import { createLiveClient } from '../tsserver-plugin/src/live-client.ts'
import type { RouteProject } from '../tsserver-plugin/src/project.ts'
import { useEditor } from './support/use-editor.ts'

const IMPORT = "import { route } from '@alien-rpc/service'\n"

describe('the live client', function () {
  this.timeout(60_000)
  const editor = useEditor()

  const replaceAll = (file: string, old: string, text: string) => {
    const end = { line: old.split('\n').length, offset: old.split('\n').at(-1)!.length + 1 }
    editor.tsserver.edit(file, { line: 1, offset: 1 }, end, text)
  }

  it('has the routes without errors from the beginning, while others have some', async () => {
    editor.project.write('mistakes.ts', `${IMPORT}route.get('/lost', () => 1)\n`)
    const { file } = editor.project.open(editor.tsserver, 'caller.ts')
    expect(await editor.tsserver.diagnostics(file)).to.deep.equal([])
  })

  it('keeps what callers knew while routes have errors, and catches up once they are gone', async () => {
    const good = `${IMPORT}export const one = route.get('/one', () => ({ id: 1 }))\n`
    const broken = `${IMPORT}export const one = route.get('/one', () => ({ name: 1 }))\nroute.get('/two', () => 1)\n`
    editor.project.write('mistakes.ts', good)
    editor.project.write(
      'caller.ts',
      "import { createClient } from './generated/client.ts'\nexport const { id } = await createClient({ prefixUrl: '' }).one()\n",
    )
    const routes = editor.project.open(editor.tsserver, 'mistakes.ts')
    const { file } = editor.project.open(editor.tsserver, 'caller.ts')
    const codes = async () => (await editor.tsserver.diagnostics(file)).map(({ code }) => code)
    expect(await codes()).to.deep.equal([])
    replaceAll(routes.file, good, broken)
    expect(await codes()).to.deep.equal([])
    replaceAll(routes.file, broken, broken.replace("route.get('/two', () => 1)", ''))
    expect(await codes()).to.deep.equal([2339])
  })

  it('is given what callers see, and no complaints of a table that is older', async () => {
    const client = editor.project.path('generated/client.ts')
    const one = `${IMPORT}export const one = route.get('/one', () => ({ id: 1 }))\n`
    const two = `${one}export const two = route.get('/two', async function* () { yield 1 })\n`
    editor.project.write('mistakes.ts', one)
    editor.project.write(
      'caller.ts',
      "import { createClient } from './generated/client.ts'\nfor await (const count of createClient({ prefixUrl: '' }).two()) count.toFixed()\n",
    )
    const routes = editor.project.open(editor.tsserver, 'mistakes.ts')
    const { file } = editor.project.open(editor.tsserver, 'caller.ts')
    const codes = async (name: string) => (await editor.tsserver.diagnostics(name)).map(({ code }) => code)
    expect([await codes(file), await codes(client)]).to.deep.equal([[2339], []])
    replaceAll(routes.file, one, two)
    expect([await codes(file), await codes(client)]).to.deep.equal([[], []])
  })

  it('leaves a file alone that was not generated, and says so', async () => {
    editor.project.remove('mistakes.ts', 'caller.ts')
    editor.project.editConfig('src/generated/client.ts', 'src/own.ts')
    editor.project.write('own.ts', 'export const own = 1\n')
    editor.project.write('user.ts', "import { own } from './own.ts'\nexport const mine: 1 = own\n")
    const user = editor.project.open(editor.tsserver, 'user.ts')
    expect(await editor.tsserver.diagnostics(user.file)).to.deep.equal([])
    const { file } = editor.project.open(editor.tsserver, 'routes.ts')
    expect((await editor.tsserver.diagnostics(file)).map(({ code, text }) => [code, text])).to.deep.equal([
      [72001, editor.project.alienRpcMessages()[0]],
    ])
    expect(await editor.tsserver.diagnostics(user.file)).to.deep.equal([])
  })

  it('stays as it was where each new one would lead to another, however often it is asked', async () => {
    editor.project.remove('mistakes.ts', 'routes.ts')
    const circle = `${IMPORT}import { createClient } from './generated/client.ts'
const client = createClient({ prefixUrl: '' })
export const conditionalStream = route.get('/circle', async () => ({ inner: await client.conditionalStream() }))
`
    editor.project.write('circle.ts', circle)
    const { file } = editor.project.open(editor.tsserver, 'circle.ts')
    const shown = async () => (await editor.tsserver.diagnostics(file)).map(({ code }) => code)
    const first = await shown()
    expect(first).to.include(72032)
    for (let turn = 0; turn < 3; turn++) {
      editor.tsserver.edit(file, { line: 1, offset: 1 }, { line: 1, offset: 1 }, '// edited\n')
      expect(await shown()).to.deep.equal(first)
    }
    const now = `${'// edited\n'.repeat(3)}${circle}`
    replaceAll(file, now, now.replace('async () =>', 'async (): Promise<{ inner: unknown }> =>'))
    expect(await shown()).to.deep.equal([])
  })

  it('is that of the first entry where there are two, before and after the tsconfig has changed', async () => {
    editor.project.remove('mistakes.ts')
    const second =
      '{ "transform": "@alien-rpc/transformer", "transformProgram": true, "name": "@alien-rpc/tsserver-plugin", "client": "src/other.ts" }'
    editor.project.editConfig(
      '"src/generated/client.ts"\n      }',
      `"src/generated/client.ts"\n      }, ${second}`,
    )
    const caller = editor.project.open(editor.tsserver, 'caller.ts')
    const routes = editor.project.open(editor.tsserver, 'routes.ts')
    const shown = async () =>
      (await Promise.all([caller, routes].map(({ file }) => editor.tsserver.diagnostics(file)))).map(all =>
        all.map(({ text }) => text),
      )
    const messages = editor.project.alienRpcMessages()
    expect(await shown()).to.deep.equal([[], messages])
    expect(messages[0]).to.match(/second entry/)
    editor.project.editConfig('"strict": true', '"strict": true, "noImplicitReturns": true')
    await editor.tsserver.request('reloadProjects', {})
    expect(await shown()).to.deep.equal([[], messages])
    editor.project.editConfig(`, ${second}`, '')
    await editor.tsserver.request('reloadProjects', {})
    expect(await shown()).to.deep.equal([[], []])
  })

  it('leaves resolution and files to TypeScript when it fails itself', () => {
    const logged: unknown[] = []
    const own = [{ resolvedModule: undefined }]
    const host = { resolveModuleNameLiterals: () => own, fileExists: (path: string) => path === '/there.ts' }
    const fail = () => {
      throw new Error('the guest failed')
    }
    let isHealthy = true
    const clientPath = () => (isHealthy ? '/client.ts' : fail())
    const failing = { ts, clientPath, log: (error: unknown) => logged.push(error) } as unknown as RouteProject
    const projectService = {
      getScriptInfo: () => undefined,
      getOrCreateScriptInfoForNormalizedPath: () => ({}),
    }
    createLiveClient(failing, {
      project: { projectService },
      languageServiceHost: host,
    } as unknown as ts.server.PluginCreateInfo)
    const resolve = host.resolveModuleNameLiterals as (...args: unknown[]) => unknown
    const [resolved] = resolve(
      [{ text: './client.ts' }],
      '/caller.ts',
    ) as ts.ResolvedModuleWithFailedLookupLocations[]
    expect(resolved?.resolvedModule?.resolvedFileName).to.equal('/client.ts')
    isHealthy = false
    expect(resolve([{ text: './client.ts' }], '/caller.ts')).to.equal(own)
    expect([host.fileExists('/there.ts'), host.fileExists('/client.ts')]).to.deep.equal([true, false])
    expect(logged).to.have.lengthOf(2)
  })

  it('is given up, and nothing else, where tsserver is not as it was', () => {
    const logged: unknown[] = []
    const host = { fileExists: () => true }
    const failing = { ts, clientPath: () => '/client.ts', log: (error: unknown) => logged.push(error) }
    const info = { project: { projectService: {} }, languageServiceHost: host }
    createLiveClient(failing as unknown as RouteProject, info as unknown as ts.server.PluginCreateInfo)
    expect(logged).to.have.lengthOf(1)
    expect(host.fileExists()).to.equal(true)
  })
})
