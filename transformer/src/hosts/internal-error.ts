// Something thrown by the transformer itself → the one finding that says so.
import type { Finding } from '../model/finding.ts'

/** A place in no file: the diagnostic is printed without one. */
const NOWHERE = { file: '', start: 0, length: 0 }

export function internalError(thrown: unknown): Finding {
  const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown))
  const frame = stack?.split('\n').find(line => /^\s+at /.test(line))
  const where = frame === undefined ? '' : ` (${frame.trim()})`
  return {
    rule: 'internal-error',
    message: `internal error of @alien-rpc/transformer: ${message}${where}. No route was compiled. Please report it, with the routes that lead to it.`,
    place: NOWHERE,
    related: [],
  }
}
