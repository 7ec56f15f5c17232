// Our entry of "plugins" in tsconfig.json → the options it sets, or findings that point at what is wrong in it.
import { resolve } from 'node:path'
import type { TypeScript } from '../compiler.ts'
import { type RuleSettings, toRuleSettings } from '../diagnostics/rule-settings.ts'
import type { Finding } from '../model/finding.ts'
import { configFolder, optionPlace, type TsconfigEntry } from './tsconfig-entry.ts'

export interface HostOptions {
  /** Where the client is written: an absolute path with forward slashes. Absent: no client is generated. */
  readonly client?: string
  readonly rules?: RuleSettings
  /** Code that sends and reads answers in MessagePack as rows is generated. Default: it is not. */
  readonly msgpack?: boolean
}

/** Every key the entry may have and the type of its value: ours, ts-patch's and tsserver's. */
const KEYS = {
  transform: 'string',
  transformProgram: 'boolean',
  name: 'string',
  client: 'string',
  rules: 'object',
  msgpack: 'boolean',
  import: 'string',
  type: 'string',
  after: 'boolean',
  afterDeclarations: 'boolean',
  tsConfig: 'string',
  resolvePathAliases: 'boolean',
} as const satisfies Record<string, 'string' | 'boolean' | 'object'>

const CLIENT_FILE = /^(?!.*\.d\.[cm]?ts$).*\.[cm]?ts$/

export function entryToOptions(
  ts: TypeScript,
  config: Readonly<Record<string, unknown>>,
  entry: TsconfigEntry,
): { options: HostOptions; findings: Finding[] } {
  const findings: Finding[] = []
  const complain = (key: string, part: 'name' | 'value', message: string): void => {
    findings.push({ rule: 'plugin-option', message, place: optionPlace(ts, entry, key, part), related: [] })
  }
  for (const [key, value] of Object.entries(config)) {
    const expected = Object.hasOwn(KEYS, key) ? KEYS[key as keyof typeof KEYS] : undefined
    if (expected === undefined) complain(key, 'name', unknownKey(key))
    else if (value !== undefined && typeof value !== expected) {
      complain(key, 'value', `The option "${key}" takes a ${expected}, not ${describe(value)}.`)
    }
  }
  const { settings: rules, problems } = toRuleSettings(config.rules)
  for (const problem of problems) complain('rules', 'value', problem)
  const { client } = config
  const options: HostOptions = { rules, msgpack: config.msgpack === true }
  if (typeof client !== 'string') return { options, findings }
  if (!CLIENT_FILE.test(client)) {
    complain(
      'client',
      'value',
      `The client is a TypeScript module: "${client}" should end with ".ts", for example "src/generated/client.ts".`,
    )
    return { options, findings }
  }
  const path = resolve(configFolder(entry), client).replaceAll('\\', '/')
  return { options: { ...options, client: path }, findings }
}

function unknownKey(key: string): string {
  if (key === 'package') {
    return 'The option "package" is not available in this version of @alien-rpc/transformer. Remove it, and import the module that "client" names.'
  }
  const near = nearest(key, Object.keys(KEYS))
  const hint =
    near === undefined ? `The options are ${Object.keys(KEYS).join(', ')}.` : `Did you mean "${near}"?`
  return `Unknown option "${key}" of @alien-rpc/transformer. ${hint}`
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value)
}

/** The name that takes the fewest edits to become `key`, when that is at most a third of it. */
function nearest(key: string, names: readonly string[]): string | undefined {
  const ranked = names.map(name => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
  const best = ranked.reduce((a, b) => (b.distance < a.distance ? b : a))
  return best.distance <= Math.max(1, Math.ceil(key.length / 3)) ? best.name : undefined
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution))
    }
    previous = row
  }
  return previous[b.length]!
}
