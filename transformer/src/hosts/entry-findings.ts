// What is wrong with the tsconfig entry, or with the client that it asks for → findings and their words, for all hosts.
import type { TypeScript } from '../compiler.ts'
import { applyRules, type RuleSettings } from '../diagnostics/rule-settings.ts'
import type { Finding, RuleName } from '../model/finding.ts'
import { optionPlace, type TsconfigEntry } from './tsconfig-entry.ts'

/** Two entries would compile each route twice. */
export function secondEntry(ts: TypeScript, entry: TsconfigEntry): Finding {
  return {
    rule: 'plugin-option',
    message: 'This is the second entry for @alien-rpc/transformer. Put all options into the first one.',
    place: optionPlace(ts, entry, undefined, 'name'),
    related: [],
  }
}

/** About the option "client", as the project's settings want it: none where they turn it off. */
export function aboutClient(
  ts: TypeScript,
  entry: TsconfigEntry,
  rules: RuleSettings,
  rule: RuleName,
  message: string,
): Finding[] {
  const place = optionPlace(ts, entry, 'client', 'value')
  return applyRules([{ rule, message, place, related: [] }], rules, [])
}

export const CIRCLE =
  'The types of the routes depend on the generated client, which depends on them. Declare the result type of the handlers that call the client.'

export function noRoutes(hasClient: boolean): string {
  const outcome = hasClient ? 'the client is empty' : 'no client is written'
  return `No exported route was found in this program, so ${outcome}. Is the module with the routes in "include"?`
}

export function foreignClient(path: string): string {
  return `"${path}" was not written by @alien-rpc/transformer and would be overwritten. Delete it, or choose another path.`
}
