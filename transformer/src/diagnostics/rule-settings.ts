// What a project says about rules, in its tsconfig entry and in comments, and its findings → the findings that are reported.
import { type Finding, RULES, type RuleName, type Severity } from '../model/finding.ts'

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
  if (!Object.hasOwn(RULES, rule)) return `There is no rule "${rule}"; docs/diagnostics.md lists them.`
  if (RULES[rule as RuleName].severity === 'error') {
    return `The rule "${rule}" cannot be set: a route that breaks it is not compiled.`
  }
  if (SETTINGS.includes(setting)) return undefined
  return `The rule "${rule}" takes "off", "warning" or "error", not ${JSON.stringify(setting)}.`
}

/** Text in which suppressions are searched. */
export interface CommentedFile {
  readonly fileName: string
  readonly text: string
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

/** One comment: `// alien-rpc-ignore any-in-args, no-ids: why`, for the next line. */
interface Suppression {
  readonly file: string
  readonly start: number
  readonly length: number
  readonly rules: readonly string[]
  /** The line after the comment: `[start, end)`. */
  readonly covered: readonly [start: number, end: number]
  readonly used: Set<string>
}

const COMMENT = /^[ \t]*(\/\/[ \t]*alien-rpc-ignore\b(?:[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*))?.*)$/gm

function suppressionsIn({ fileName, text }: CommentedFile): Suppression[] {
  if (!text.includes('alien-rpc-ignore')) return []
  return [...text.matchAll(COMMENT)].map(match => {
    const [line, comment = '', rules = ''] = match
    const start = match.index + line.length - comment.length
    const next = nextLine(text, match.index)
    return {
      file: fileName,
      start,
      length: comment.trimEnd().length,
      rules: rules.split(',').map(rule => rule.trim()),
      covered: [next, nextLine(text, next)],
      used: new Set(),
    }
  })
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
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
  if (unknown !== undefined) return ` There is no rule "${unknown}".`
  const off = rules.find(rule => !isOn(rule as RuleName, settings))
  return off === undefined ? '' : ` "${off}" is off in this project.`
}
