// What a project says about rules, in its tsconfig entry and in comments, and its findings → the findings that are reported.
import { type Finding, RULES, type RuleName, type Severity } from '../model/finding.ts'
import { nearestName } from './nearest-name.ts'
import { type CommentedFile, type Suppression, suppressionsIn } from './suppressions.ts'

/** Of warnings only: a route with an error is not compiled, whatever the setting. */
export type RuleSettings = { readonly [K in RuleName]?: Severity | 'off' }

/** What a rule is where the project does not say otherwise, or what it says. */
function settingOf(rule: RuleName, settings: RuleSettings): Severity | 'off' {
  return settings[rule] ?? RULES[rule].severity
}

export function isOn(rule: RuleName, settings: RuleSettings): boolean {
  return settingOf(rule, settings) !== 'off'
}

const SETTINGS: readonly unknown[] = ['off', 'warning', 'error']

/** The value of `"rules"` in the tsconfig entry → settings, and a message for each that cannot be heeded. */
export function toRuleSettings(value: unknown): { settings: RuleSettings; problems: readonly string[] } {
  if (value === undefined) return { settings: {}, problems: [] }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { settings: {}, problems: ['"rules" is an object of rules, such as { "any-in-args": "off" }.'] }
  }
  const settings: { [K in RuleName]?: Severity | 'off' } = {}
  const problems: string[] = []
  for (const [rule, setting] of Object.entries(value)) {
    const problem = ruleProblem(rule, setting)
    if (problem === undefined) settings[rule as RuleName] = setting
    else problems.push(problem)
  }
  return { settings, problems }
}

function ruleProblem(rule: string, setting: unknown): string | undefined {
  if (!Object.hasOwn(RULES, rule)) return noRule(rule)
  if (RULES[rule as RuleName].severity === 'error') {
    return `The rule "${rule}" cannot be set: a route that breaks it is not compiled.`
  }
  if (SETTINGS.includes(setting)) return undefined
  return `The rule "${rule}" takes "off", "warning" or "error", not ${JSON.stringify(setting)}.`
}

/** Settings first, then the comments of the files; a comment that suppresses nothing is a finding itself. */
export function applyRules(
  findings: readonly Finding[],
  settings: RuleSettings,
  files: readonly CommentedFile[],
): Finding[] {
  const set = findings.flatMap(finding => {
    const { rule } = finding
    const setting = settingOf(rule, settings)
    if (setting === 'off') return []
    return [setting === RULES[rule].severity ? finding : { ...finding, severity: setting }]
  })
  const byFile = new Map(files.map(file => [file.fileName, suppressionsIn(file)]))
  const kept = set.filter(finding => {
    const suppression = byFile.get(finding.place.file)?.find(it => covers(it, finding))
    if (suppression) suppression.used.add(finding.rule)
    return !suppression
  })
  const unused = [...byFile.values()].flat().flatMap(it => unusedOf(it, settings))
  const setting = settings['unused-suppression']
  if (setting === 'off') return kept
  return [
    ...kept,
    ...unused.map(finding => (setting === undefined ? finding : { ...finding, severity: setting })),
  ]
}

function covers({ rules, covered: [start, end] }: Suppression, { rule, place }: Finding): boolean {
  return RULES[rule].severity !== 'error' && rules.includes(rule) && place.start >= start && place.start < end
}

function unusedOf({ file, start, length, rules, used }: Suppression, settings: RuleSettings): Finding[] {
  const idle = rules.filter(rule => !used.has(rule))
  if (idle.length === 0) return []
  const names = idle.map(rule => `"${rule}"`).join(', ')
  const message = idle.includes('')
    ? 'This comment names no rule: write "alien-rpc-ignore any-in-args: why".'
    : `The next line has no warning of ${names} to suppress.${hintFor(idle, settings)}`
  return [{ rule: 'unused-suppression', message, place: { file, start, length }, related: [] }]
}

function hintFor(rules: readonly string[], settings: RuleSettings): string {
  const error = rules.find(rule => Object.hasOwn(RULES, rule) && RULES[rule as RuleName].severity === 'error')
  if (error !== undefined) return ` "${error}" is an error, and errors cannot be suppressed.`
  const unknown = rules.find(rule => !Object.hasOwn(RULES, rule))
  if (unknown !== undefined) return ` ${noRule(unknown)}`
  const off = rules.find(rule => !isOn(rule as RuleName, settings))
  return off === undefined ? '' : ` "${off}" is off in this project.`
}

function noRule(name: string): string {
  const near = nearestName(name, Object.keys(RULES))
  return `There is no rule "${name}"${near === undefined ? '; docs/diagnostics.md lists them.' : `. Did you mean "${near}"?`}`
}
