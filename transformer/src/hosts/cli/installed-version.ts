// A package's name → the version that is installed for a project, read from its package.json and nothing else of it.
import { readFileSync } from 'node:fs'

/** Undefined when it is not installed. */
export function installedVersion(require: NodeJS.Require, name: string): string | undefined {
  try {
    return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'MODULE_NOT_FOUND' || code === 'ENOENT') return undefined
    throw error
  }
}
