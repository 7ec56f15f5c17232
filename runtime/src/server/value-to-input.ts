// A value that a client sent in → what its handler takes, validated, out.
import { type CompiledInput, MISMATCH } from '../compiled-route.ts'
import { type Issue, RpcError } from '../errors.ts'
import { mismatchToIssues } from '../validation/table-to-issues.ts'

/**
 * A fresh value of declared keys. `root` is how issues call the value: 'args', 'message', …
 * Throws BAD_REQUEST with at most `maxIssues` issues.
 */
export function valueToInput(value: unknown, input: CompiledInput, root: string, maxIssues: number): unknown {
  const read = input.read(value)
  if (read !== MISMATCH) return read
  throw inputMismatch(value, input, root, maxIssues)
}

/** BAD_REQUEST that says what is wrong with a value that was refused. */
export function inputMismatch(
  value: unknown,
  input: CompiledInput,
  root: string,
  maxIssues: number,
): RpcError {
  const issues = mismatchToIssues(value, input, { domain: 'json', root, maxIssues })
  return new RpcError('BAD_REQUEST', { message: issuesToMessage(issues, root), issues })
}

function issuesToMessage(issues: readonly Issue[], root: string): string {
  const [first] = issues
  if (first === undefined) return `${root}: does not match its declared type`
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return `${first.path}: expected ${first.expected}, received ${first.received}${more}`
}
