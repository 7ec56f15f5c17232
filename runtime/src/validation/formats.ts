// The names of string formats in → their checks out: JSON Schema's, and those that a program adds.
import type { StringFormat } from '../tags.ts'
import { FORMAT_CHECKS } from './format-checks.ts'

// The one state of the module: compiled checks are plain functions of a value, so there is no argument that could bring
// a user's formats along, and routes are declared before any server exists.
const added = new Map<string, (text: string) => boolean>()

/**
 * Adds a string format for `t.Format<name>`. Call it before the server starts: `addStringFormat('slug', text => /^[a-z-]+$/.test(text))`.
 * `check` runs on what clients send, so its time should be linear in the length. Adding a name again replaces it, for modules that are
 * reloaded in development.
 *
 * @throws TypeError for the name of a built-in format.
 */
export function addStringFormat(name: string, check: (text: string) => boolean): void {
  if (typeof name !== 'string' || name === '' || typeof check !== 'function') {
    throw new TypeError('addStringFormat takes the name of a format and a function (text) => boolean')
  }
  if (isBuiltIn(name)) {
    throw new TypeError(`addStringFormat: the format "${name}" is built in and cannot be replaced`)
  }
  added.set(name, check)
}

/** For generated code, which has seen to it that the value is a string. */
export function hasFormat(text: string, name: string): boolean {
  const check = isBuiltIn(name) ? FORMAT_CHECKS[name] : added.get(name)
  if (!check) throw new Error(`The string format "${name}" is not known: call addStringFormat first`)
  return check(text)
}

/** Why a route that uses these formats cannot be served, or undefined. */
export function formatProblem(names: readonly string[] = []): string | undefined {
  const missing = names.filter(name => !isBuiltIn(name) && !added.has(name))
  if (missing.length === 0) return undefined
  const calls = missing.map(name => `addStringFormat(${JSON.stringify(name)}, text => …)`).join(' and ')
  const formats = missing.map(name => `"${name}"`).join(', ')
  return `uses the string format${missing.length > 1 ? 's' : ''} ${formats}, which nobody has added. Call ${calls} before the server starts.`
}

function isBuiltIn(name: string): name is StringFormat {
  return Object.hasOwn(FORMAT_CHECKS, name)
}
