// Routes with errors, and hooks that fail, in → what callers of the client are told, and TypeScript's own resolution, out.
import { expect } from 'chai'
import ts from 'typescript'
import { createLiveClient } from '../tsserver-plugin/src/live-client.ts'
import type { RouteProject } from '../tsserver-plugin/src/project.ts'
import { EditorProject } from './support/editor-project.ts'
import { Tsserver } from './support/tsserver.ts'

const IMPORT = "import { route } from '@alien-rpc/service'\n"

describe('the live client', function () {
  this.timeout(60_000)
  let project: EditorProject
  let tsserver: Tsserver

  beforeEach(() => {
    project = new EditorProject()
    tsserver = new Tsserver()
  })
  afterEach(async () => {
    await tsserver.close()
    project.close()
  })

  const replaceAll = (file: string, old: string, text: string) => {
    const end = { line: old.split('\n').length, offset: old.split('\n').at(-1)!.length + 1 }
    tsserver.edit(file, { line: 1, offset: 1 }, end, text)
  }

  it('has the routes without errors from the beginning, while others have some', async () => {
    project.write('mistakes.ts', `${IMPORT}route.get('/lost', () => 1)\n`)
    const { file } = project.open(tsserver, 'caller.ts')
    expect(await tsserver.diagnostics(file)).to.deep.equal([])
  })

  it('keeps what callers knew while routes have errors, and catches up once they are gone', async () => {
    const good = `${IMPORT}export const one = route.get('/one', () => ({ id: 1 }))\n`
    const broken = `${IMPORT}export const one = route.get('/one', () => ({ name: 1 }))\nroute.get('/two', () => 1)\n`
    project.write('mistakes.ts', good)
    project.write(
      'caller.ts',
      "import { createClient } from './generated/client.ts'\nexport const { id } = await createClient({ prefixUrl: '' }).one()\n",
    )
    const routes = project.open(tsserver, 'mistakes.ts')
    const { file } = project.open(tsserver, 'caller.ts')
    const codes = async () => (await tsserver.diagnostics(file)).map(({ code }) => code)
    expect(await codes()).to.deep.equal([])
    replaceAll(routes.file, good, broken)
    expect(await codes()).to.deep.equal([])
    replaceAll(routes.file, broken, broken.replace("route.get('/two', () => 1)", ''))
    expect(await codes()).to.deep.equal([2339])
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
