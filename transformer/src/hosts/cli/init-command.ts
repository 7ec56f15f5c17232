// `alien-rpc init`: the tsconfig, made if there is none, gets its entry; with `--vscode` the editor is told to use the project's TypeScript.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { applyEdits, modify, parse } from 'jsonc-parser'
import { addEntry } from './add-entry.ts'
import { type CliIo, EXIT } from './cli-io.ts'
import { installedVersion } from './installed-version.ts'
import { isWithoutTransformers } from './load-typescript.ts'

export interface InitOptions {
  readonly project: string
  readonly client: string
  /** The name of the package that the client is built as, too. */
  readonly package?: string
  readonly vscode: boolean
}

/** For a server on Node.js, where there was no tsconfig. */
const NEW_TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
`

/** Idempotent: a second run changes nothing, and says so. */
export function initCommand(io: CliIo, options: InitOptions): number {
  const { project, vscode } = options
  const path = resolve(io.folder, project)
  const isNew = !existsSync(path)
  if (isNew && !existsSync(dirname(path))) {
    io.error(`alien-rpc: there is no folder ${dirname(path)}; name another tsconfig with -p\n`)
    return EXIT.unusable
  }
  const added = addEntry(isNew ? NEW_TSCONFIG : readFileSync(path, 'utf8'), options)
  if (typeof added === 'string') {
    io.error(`alien-rpc: ${path} cannot be changed: ${added}\n`)
    return EXIT.unusable
  }
  if (added.isNew) writeFileSync(path, added.text)
  const done = added.isNew ? 'added the entry for Alien RPC' : 'has its entry already'
  io.out(`${project}: ${isNew ? 'made, with the entry for Alien RPC' : done}\n`)
  adviseOnModules(io, dirname(path))
  const typescript = installedVersion(createRequire(path), 'typescript')
  const isNative = typescript !== undefined && isWithoutTransformers(typescript)
  if (vscode && isNative) io.error('alien-rpc: TypeScript 7 takes no plugins, so VS Code is left as it is\n')
  else if (vscode) writeSettings(io, dirname(path))
  io.out(
    isNative
      ? 'TypeScript 7 runs no transformers: compile with a plugin for your bundler, or run sources with\n' +
          '"node --import @alien-rpc/transformer/register". "npx alien-rpc doctor" looks at the set-up.\n'
      : 'Compile with "npx tspc", and look at the set-up with "npx alien-rpc doctor".\n',
  )
  return EXIT.fine
}

/** What `npm init` makes is a CommonJS package, in which `await` at the top of a module and Node's hooks do not work. */
function adviseOnModules(io: CliIo, folder: string): void {
  const file = join(folder, 'package.json')
  if (!existsSync(file) || parse(readFileSync(file, 'utf8'))?.type === 'module') return
  io.out('package.json: lacks "type": "module", which ES modules need: npm pkg set type=module\n')
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
