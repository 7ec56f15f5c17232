// A finding's code or name → what it is about, why, and how it is put right.
import { nearestName } from '../../diagnostics/nearest-name.ts'
import { RULES, type RuleName } from '../../model/finding.ts'
import { documentationOf } from '../../model/homepage.ts'

/** Every rule on a line: what `explain` can be asked for. */
export function listRules(): string {
  const rows = Object.entries(RULES).sort(([, a], [, b]) => a.code - b.code)
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows
    .map(([name, { code, severity, title }]) => {
      return `TS${code}  ${name.padEnd(width)}  ${severity.padEnd('warning'.length)}  ${title}\n`
    })
    .join('')
}

export function noSuchRule(wanted: string): string {
  const near = nearestName(wanted, Object.keys(RULES))
  const hint = near === undefined ? '"npx alien-rpc explain" lists them' : `did you mean "${near}"?`
  return `alien-rpc: there is no finding "${wanted}": ${hint}\n`
}

/** Takes `72004`, `TS72004` and `duplicate-route`. Undefined: there is no such rule. */
export function explainRule(wanted: string): string | undefined {
  const code = Number(wanted.replace(/^TS/i, ''))
  const name = (Object.keys(RULES) as RuleName[]).find(rule => rule === wanted || RULES[rule].code === code)
  if (name === undefined) return undefined
  const { severity, title, why, wrong, right } = RULES[name]
  return `TS${RULES[name].code} ${name} (${severity})\n\n${title}.\n${why}\n\nWrong:  ${indented(wrong)}\nRight:  ${indented(right)}\n\n${documentationOf(name)}\n`
}

function indented(example: string): string {
  return example.replaceAll('\n', `\n${' '.repeat('Wrong:  '.length)}`)
}
