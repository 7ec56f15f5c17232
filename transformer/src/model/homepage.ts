// Where the project and its documentation are read: what links of findings lead to.
import { RULES, type RuleName } from './finding.ts'

/** The `homepage` and `repository` of all three packages. */
export const HOMEPAGE = 'https://github.com/alien-rpc/alien-rpc'

/** The section of docs/diagnostics.md about a rule. */
export function documentationOf(rule: RuleName): string {
  return `${HOMEPAGE}/blob/main/docs/diagnostics.md#ts${RULES[rule].code}`
}
