// Arguments in → the time from an edit to its diagnostics in tsserver, with the plugin and without, in a project of 500 routes, out.
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Metric } from '../harness/markdown.ts'
import { readOptions } from '../harness/options.ts'
import { publish, type Section } from '../harness/results.ts'
import { interleave } from '../harness/rounds.ts'
import { generateProject } from '../size/generate-project.ts'
import { SCENES, type Scene } from './scenes.ts'
import { startTsServer, type TsServer } from './tsserver.ts'

const ROUTES = 500
const ROUNDS = 15
/** There and back: every other edit undoes the one before. */
const EDITS_A_ROUND = 4
/** Until the engine has optimised what runs. */
const WARM_UP = 20
const BARE = 'bare tsserver'
const project = new URL('../../.build/500-routes-editor/', import.meta.url)
const CLIENT = 'src/generated/client.ts'
const PLUGIN = {
  ...{ transform: '@alien-rpc/transformer', transformProgram: true },
  ...{ name: '@alien-rpc/tsserver-plugin', client: CLIENT },
}

const CALLER = `import { createClient } from './generated/client.ts'

const client = createClient({ prefixUrl: 'http://localhost:3000' })
export const customer = await client.getCustomer0({ id: 1 })
export const street: string | undefined = customer?.address.street
`

const METRICS: readonly Metric[] = [
  { key: 'cpu', title: 'processor time an edit', unit: 'ms', better: 'less' },
  { key: 'elapsed', title: 'elapsed', unit: 'ms', better: 'less' },
]

export async function runEditor(args: readonly string[]): Promise<void> {
  const options = readOptions(args, ROUNDS)
  const load = loadavg()[0] ?? 0
  const sections: Section[] = []
  for (const scene of SCENES.filter(({ name }) => options.isWantedCase(name))) {
    const editors: Editor[] = []
    // The same files for both: the client is on disk, so that bare tsserver knows it too.
    editors.push(await openProject('with our plugin', scene, [PLUGIN]))
    editors.push(await openProject(BARE, scene, []))
    const samples = await interleave(scene.title, editors, options.rounds, editor => editor.round())
    for (const editor of editors) await editor.close()
    sections.push({
      title: scene.title,
      about: `${scene.about} ${EDITS_A_ROUND} edits a round, each followed by a question for the diagnostics of ${scene.asked.join(' and ')}.`,
      ...{ samples, metrics: METRICS, base: BARE },
    })
  }
  publish({ part: 'editor', packages: [], load, sections, options })
}

interface Editor {
  readonly name: string
  round(): Promise<{ cpu: number; elapsed: number }>
  close(): Promise<void>
}

async function openProject(name: string, scene: Scene, plugins: readonly object[]): Promise<Editor> {
  const files = writeProject(scene, plugins)
  const profile = process.env.BENCH_PROFILE
  const isProfiled = profile !== undefined && plugins.length > 0
  const server = startTsServer(isProfiled ? ['--cpu-prof', '--cpu-prof-dir', profile] : [])
  for (const file of files) server.send('open', { file })
  await ask(server, files)
  const edit = editorOf(server, files, scene)
  for (let count = 0; count < WARM_UP; count++) await edit()
  return {
    name,
    async round() {
      const before = await server.cpu()
      const started = performance.now()
      for (let count = 0; count < EDITS_A_ROUND; count++) await edit()
      const elapsed = (performance.now() - started) / EDITS_A_ROUND
      return { cpu: ((await server.cpu()) - before) / 1000 / EDITS_A_ROUND, elapsed }
    },
    close: () => server.close(),
  }
}

/** The files that are opened. */
function writeProject({ asked }: Scene, plugins: readonly object[]): string[] {
  const folder = new URL(plugins.length > 0 ? 'with/' : 'without/', project)
  generateProject(folder, ROUTES, plugins)
  const tsconfig = new URL('tsconfig.json', folder)
  writeFileSync(tsconfig, readFileSync(tsconfig, 'utf8').replace('../../../tsconfig', '../../../../tsconfig'))
  writeFileSync(new URL('src/caller.ts', folder), CALLER)
  if (plugins.length > 0) execFileSync('tspc', ['-p', fileURLToPath(folder)], { stdio: 'inherit' })
  else cpSync(new URL(CLIENT, new URL('with/', project)), new URL(CLIENT, folder))
  return asked.map(name => fileURLToPath(new URL(name, folder)))
}

async function ask(server: TsServer, files: readonly string[]): Promise<void> {
  for (const file of files) await server.answer('semanticDiagnosticsSync', { file })
}

/** Changes the first file, there and back in turn, and asks for the diagnostics of all. */
function editorOf(server: TsServer, files: readonly string[], { from, to }: Scene): () => Promise<void> {
  const [file] = files as [string]
  const start = placeOf(readFileSync(file, 'utf8'), from)
  let isThere = false
  return async () => {
    const [old, newText] = isThere ? [to, from] : [from, to]
    isThere = !isThere
    const end = { line: start.line, offset: start.offset + old.length }
    server.send('updateOpen', { changedFiles: [{ fileName: file, textChanges: [{ start, end, newText }] }] })
    await ask(server, files)
  }
}

function placeOf(text: string, part: string): { line: number; offset: number } {
  const before = text.slice(0, text.indexOf(part)).split('\n')
  return { line: before.length, offset: before.at(-1)!.length + 1 }
}
