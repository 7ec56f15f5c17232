// `alien-rpc init`: the tsconfig gets its entry; with `--vscode` the editor is told to use the project's TypeScript.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { applyEdits, modify } from 'jsonc-parser'
import { addEntry } from './add-entry.ts'
import { type CliIo, EXIT } from './cli-io.ts'

export interface InitOptions {
  readonly project: string
  readonly client: string
  readonly vscode: boolean
}

/** Idempotent: a second run changes nothing, and says so. */
export function initCommand(io: CliIo, { project, client, vscode }: InitOptions): number {
  const path = resolve(io.folder, project)
  if (!existsSync(path)) {
    io.error(`alien-rpc: there is no ${path}. Make one with "npx tsc --init", or name another with -p\n`)
    return EXIT.unusable
  }
  const added = addEntry(readFileSync(path, 'utf8'), client)
  if (typeof added === 'string') {
    io.error(`alien-rpc: ${path} cannot be changed: ${added}\n`)
    return EXIT.unusable
  }
  if (added.isNew) writeFileSync(path, added.text)
  io.out(added.isNew ? `${project}: added the entry for Alien RPC\n` : `${project}: has its entry already\n`)
  if (vscode) writeSettings(io, dirname(path))
  io.out('Compile with "npx tspc", and look at the set-up with "npx alien-rpc doctor".\n')
  return EXIT.fine
}

/** VS Code loads plugins that stand beside the TypeScript it runs, so it has to run the project's. */
function writeSettings(io: CliIo, folder: string): void {
  const file = join(folder, '.vscode', 'settings.json')
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '{}\n'
  const settings = {
    'typescript.tsdk': 'node_modules/typescript/lib',
    'typescript.enablePromptUseWorkspaceTsdk': true,
  }
  const formattingOptions = { insertSpaces: true, tabSize: 2 }
  const after = Object.entries(settings).reduce(
    (text, [name, value]) => applyEdits(text, modify(text, [name], value, { formattingOptions })),
    before,
  )
  if (after === before) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, after)
  io.out(
    '.vscode/settings.json: uses the TypeScript of the project; choose "Use Workspace Version" when asked\n',
  )
}
