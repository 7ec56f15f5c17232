// A machine in → the JavaScript runtimes that the client's tests can start on it, and the names of those it lacks, out.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Runtime {
  readonly name: string
  /** The executable, and what stands before the script. */
  readonly command: readonly string[]
}

/** Where `npm run runtimes` installs them. */
const INSTALLED = fileURLToPath(new URL('../../node_modules/.cache/runtimes/', import.meta.url))

/** Packages of the registry, the executable in each, and what stands before the script. */
const PACKAGES: readonly (readonly [name: string, executable: string, ...args: string[]])[] = [
  ['node@22', 'node'],
  ['node@24', 'node'],
  ['bun', 'bun', 'run'],
  ['deno', 'deno', 'run', '--quiet', '--allow-all', '--node-modules-dir=manual'],
]

/** This Node, and the others: from `npm run runtimes`, or else (not of Nodes) from PATH. */
export function findRuntimes(): { found: Runtime[]; missing: string[] } {
  const found: Runtime[] = [{ name: `node ${process.version}`, command: [process.execPath] }]
  const missing: string[] = []
  for (const [name, executable, ...args] of PACKAGES) {
    const folders = executable === 'node' ? [] : (process.env.PATH ?? '').split(delimiter)
    const path = [join(INSTALLED, name, 'node_modules/.bin'), ...folders]
      .map(folder => join(folder, executable))
      .find(existsSync)
    if (path === undefined) missing.push(name)
    else found.push({ name, command: [path, ...args] })
  }
  return { found, missing }
}
