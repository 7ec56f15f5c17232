// Projects that come and go in a tsserver → the files that it holds in memory for them, and none afterwards.
import { expect } from 'chai'
import ts from 'typescript'
import { createLiveClient } from '../tsserver-plugin/src/live-client.ts'
import { replaceText, type ScriptInfo } from '../tsserver-plugin/src/memory-files.ts'
import type { RouteProject } from '../tsserver-plugin/src/project.ts'

const CLIENT = '/nowhere/client.ts'

/** What the plugin uses of a ProjectService. */
function createService() {
  const files = new Map<string, ScriptInfo & { isOpen: boolean; containingProjects: unknown[] }>()
  return {
    files,
    openFiles: new Map<string, unknown>(),
    getScriptInfo: (path: string) => files.get(path),
    getOrCreateScriptInfoForNormalizedPath(path: string) {
      const file = {
        ...{ path, containingProjects: [] as unknown[], isOpen: true },
        isScriptOpen: () => file.isOpen,
        getSnapshot: () => ts.ScriptSnapshot.fromString(''),
        editContent: () => {},
        close: () => {
          file.isOpen = false
        },
      }
      files.set(path, file)
      return file
    },
    deleteScriptInfo: ({ path }: ScriptInfo) => void files.delete(path),
  }
}

describe('files in memory', () => {
  const open = (projectService: ReturnType<typeof createService>) => {
    const logged: unknown[] = []
    const project = { closed: 0, projectService, close: () => void project.closed++ }
    const route = { ts, clientPath: () => CLIENT, log: (error: unknown) => logged.push(error) }
    const host = { fileExists: () => false, resolveModuleNameLiterals: () => [] }
    const info = { project, languageServiceHost: host } as unknown as ts.server.PluginCreateInfo
    createLiveClient(route as unknown as RouteProject, info)
    return { project, logged }
  }

  it('go with the project that they are for', () => {
    const service = createService()
    const { project, logged } = open(service)
    expect([...service.files.keys()]).to.deep.equal([CLIENT])
    project.close()
    expect([project.closed, service.files.size, logged]).to.deep.equal([1, 0, []])
  })

  it('stay while another project needs them, and one closes twice', () => {
    const service = createService()
    const [one, two] = [open(service), open(service)]
    one.project.close()
    one.project.close()
    expect(service.files.size).to.equal(1)
    two.project.close()
    expect(service.files.size).to.equal(0)
    open(service).project.close()
    expect(service.files.size).to.equal(0)
  })

  it('stay open where somebody has opened them by now, and known where another project uses them', () => {
    const service = createService()
    const opened = open(service)
    service.openFiles.set(CLIENT, CLIENT)
    opened.project.close()
    expect(service.files.get(CLIENT)?.isOpen).to.equal(true)
    service.files.clear()
    service.openFiles.clear()
    const used = open(service)
    service.files.get(CLIENT)!.containingProjects.push({})
    used.project.close()
    expect(service.files.get(CLIENT)?.isOpen).to.equal(false)
  })

  it('leave closing to tsserver when taking them away fails', () => {
    const service = createService()
    const { project, logged } = open(service)
    service.deleteScriptInfo = () => {
      throw new Error('not any more')
    }
    project.close()
    expect([project.closed, logged.length]).to.deep.equal([1, 1])
  })

  it('are changed where their texts differ, so that all other declarations are not parsed again', () => {
    const declarations = Array.from({ length: 500 }, (_, n) => `export interface Item${n} { id: string }\n`)
    const [before, after] = [
      declarations.join(''),
      declarations.map((it, n) => (n === 250 ? it.replace('string', 'number | null') : it)).join(''),
    ]
    const edits: [start: number, end: number, text: string][] = []
    const file = { editContent: (...edit: (typeof edits)[number]) => void edits.push(edit) }
    expect(replaceText(file, before, before)).to.equal(false)
    expect(replaceText(file, before, after)).to.equal(true)
    const [[start, end, text] = [0, 0, '']] = edits
    expect([edits.length, `${before.slice(0, start)}${text}${before.slice(end)}`]).to.deep.equal([1, after])
    const parsed = ts.createSourceFile('client.ts', before, ts.ScriptTarget.ES2022)
    const old = new Set<ts.Node>(parsed.statements)
    const span = { start, length: end - start }
    const next = ts.updateSourceFile(parsed, after, { span, newLength: text.length })
    expect(next.statements.filter(it => old.has(it))).to.have.lengthOf(499)
    for (const [one, two] of [
      ['', 'a'],
      ['aa', 'a'],
      ['abab', 'ab'],
      [before, before.slice(7)],
    ] as const) {
      replaceText(file, one, two)
      const [from, to, put] = edits.at(-1)!
      expect(`${one.slice(0, from)}${put}${one.slice(to)}`).to.equal(two)
    }
  })
})
