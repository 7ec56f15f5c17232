// Nothing in → the time from an edit to its diagnostics in tsserver, with the plugin and without, in a project of 500 routes, as Markdown out.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { median } from '../harness/statistics.ts'
import { generateProject } from '../size/generate-project.ts'

const ROUTES = 500
/** The two editors take turns, so that a busy machine is busy for both. */
const EDITS = 30
/** Until engines have optimised what runs. */
const WARM_UP = 20
const root = new URL('../../', import.meta.url)
const project = new URL('.build/500-routes-editor/', root)
const CLIENT = 'src/generated/client.ts'
const PLUGIN = {
  ...{ transform: '@alien-rpc/transformer', transformProgram: true },
  ...{ name: '@alien-rpc/tsserver-plugin', client: CLIENT },
}

const CALLER = `import { createClient } from './generated/client.ts'

const client = createClient({ prefixUrl: 'http://localhost:3000' })
export const customer = await client.getCustomer0({ id: 1 })
export const city: string | undefined = customer?.address.city
`

/** What a user edits, between two texts, and whose diagnostics an editor then asks for. */
interface Scene {
  readonly title: string
  readonly from: string
  readonly to: string
  readonly asked: readonly string[]
}

const IN_A_HANDLER = { from: 'customers[id] ?? null', to: 'customers[+id] ?? null' }
const IN_A_TYPE = { from: 'street: string', to: 'street: number' }
const SCENES: readonly Scene[] = [
  { title: 'a handler, one file open', ...IN_A_HANDLER, asked: ['src/routes-0.ts'] },
  { title: 'a handler, a caller open too', ...IN_A_HANDLER, asked: ['src/routes-0.ts', 'src/caller.ts'] },
  { title: 'a type on the wire, one file open', ...IN_A_TYPE, asked: ['src/routes-0.ts'] },
  {
    title: 'a type on the wire, a caller open too',
    ...IN_A_TYPE,
    asked: ['src/routes-0.ts', 'src/caller.ts'],
  },
]

export async function runEditor(): Promise<void> {
  const lines: string[] = []
  for (const scene of SCENES) lines.push(await measure(scene))
  const text = [
    '# editor',
    `Node ${process.version}, ${cpus()[0]?.model.trim()}. ${ROUTES} routes in files of ten (src/size/generate-project.ts), medians of ${EDITS} edits.`,
    ['| edit of | bare tsserver | with the plugin | ratio |', '|---|---|---|---|', ...lines].join('\n'),
    '',
  ].join('\n\n')
  console.log(text)
  mkdirSync(new URL('results/', root), { recursive: true })
  writeFileSync(new URL('results/editor.md', root), text)
}

async function measure(scene: Scene): Promise<string> {
  const editors: Editor[] = []
  // The same files for both: the client is on disk, so that bare tsserver knows it too.
  for (const plugins of [[PLUGIN], []]) editors.push(await openProject(scene, plugins))
  const times: number[][] = [[], []]
  for (let edit = 0; edit < WARM_UP + EDITS; edit++) {
    for (const [index, editor] of editors.entries()) {
      const time = await editor.edit(edit % 2 === 0)
      if (edit >= WARM_UP) times[index]!.push(time)
    }
  }
  for (const editor of editors) editor.close()
  const [ours, bare] = times.map(median) as [number, number]
  // Of edits that were made one right after the other.
  const ratio = median(times[0]!.map((time, edit) => time / times[1]![edit]!))
  return `| ${scene.title} | ${bare.toFixed(1)} ms | ${ours.toFixed(1)} ms | ${ratio.toFixed(2)} |`
}

interface Editor {
  /** The time to all diagnostics after an edit there or back. */
  edit(there: boolean): Promise<number>
  close(): void
}

async function openProject({ from, to, asked }: Scene, plugins: readonly object[]): Promise<Editor> {
  const folder = new URL(plugins.length > 0 ? 'with/' : 'without/', project)
  generateProject(folder, ROUTES, plugins)
  const tsconfig = new URL('tsconfig.json', folder)
  writeFileSync(tsconfig, readFileSync(tsconfig, 'utf8').replace('../../../tsconfig', '../../../../tsconfig'))
  writeFileSync(new URL('src/caller.ts', folder), CALLER)
  const client = new URL(CLIENT, folder)
  if (plugins.length > 0) execFileSync('tspc', ['-p', fileURLToPath(folder)], { stdio: 'inherit' })
  else cpSync(new URL(CLIENT, new URL('with/', project)), client)
  const files = asked.map(name => fileURLToPath(new URL(name, folder)))
  const tsserver = startServer()
  for (const file of files) tsserver.send('open', { file })
  const ask = async () => {
    for (const file of files) await tsserver.answer('semanticDiagnosticsSync', { file })
  }
  await ask()
  const place = placeOf(readFileSync(files[0]!, 'utf8'), from)
  return {
    async edit(there) {
      const [old, newText] = there ? [from, to] : [to, from]
      const end = { line: place.line, offset: place.offset + old.length }
      const textChanges = [{ start: place, end, newText }]
      const started = performance.now()
      tsserver.send('updateOpen', { changedFiles: [{ fileName: files[0], textChanges }] })
      await ask()
      return performance.now() - started
    },
    close: () => tsserver.send('exit', {}),
  }
}

function placeOf(text: string, part: string): { line: number; offset: number } {
  const before = text.slice(0, text.indexOf(part)).split('\n')
  return { line: before.length, offset: before.at(-1)!.length + 1 }
}

/** tsserver over stdio: requests are lines, answers are lines between headers. */
function startServer() {
  const path = createRequire(import.meta.url).resolve('typescript/lib/tsserver.js')
  const child = spawn(process.execPath, [path, '--disableAutomaticTypingAcquisition'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = new Map<number, (message: Answer) => void>()
  createInterface({ input: child.stdout }).on('line', line => {
    const message = line.startsWith('{') ? JSON.parse(line) : {}
    waiting.get(message.request_seq)?.(message)
  })
  let sequence = 0
  const send = (command: string, args: object): number => {
    child.stdin.write(`${JSON.stringify({ seq: ++sequence, type: 'request', command, arguments: args })}\n`)
    return sequence
  }
  async function answer(command: string, args: object): Promise<void> {
    const asked = send(command, args)
    const { success, message } = await new Promise<Answer>(resolve => waiting.set(asked, resolve))
    waiting.delete(asked)
    if (!success) throw new Error(message)
  }
  return { send, answer }
}

interface Answer {
  readonly success: boolean
  readonly message?: string
}
