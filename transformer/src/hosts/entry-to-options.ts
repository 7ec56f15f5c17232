// Our entry of "plugins" in tsconfig.json → the options it sets, or findings that point at what is wrong in it.
import { resolve } from 'node:path'
import type { TypeScript } from '../compiler.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import { type RuleSettings, toRuleSettings } from '../diagnostics/rule-settings.ts'
import type { Finding } from '../model/finding.ts'
import { type PackageOptions, toPackageOptions } from './package/package-options.ts'
import { configFolder, optionPlace, type TsconfigEntry } from './tsconfig-entry.ts'

export interface HostOptions {
  /** Where the client is written: an absolute path with forward slashes. Absent: no client is generated. */
  readonly client?: string
  /** A folder that is written for the callers of the routes, by the compiler only. Absent: none is. */
  readonly package?: PackageOptions
  readonly rules?: RuleSettings
  /** True: code that sends and reads answers in MessagePack as rows is generated. False: clients never load MessagePack, and speak JSON. Default: neither. */
  readonly msgpack?: boolean
}

/** Every key the entry may have and the type of its value: ours, ts-patch's and tsserver's. */
const KEYS = {
  transform: 'string',
  transformProgram: 'boolean',
  name: 'string',
  client: 'string',
  package: 'object',
  rules: 'object',
  msgpack: 'boolean',
  import: 'string',
  type: 'string',
  after: 'boolean',
  afterDeclarations: 'boolean',
  tsConfig: 'string',
  resolvePathAliases: 'boolean',
} as const satisfies Record<string, 'string' | 'boolean' | 'object'>

const ARTICLES = { string: 'a', boolean: 'a', object: 'an' }

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
      complain(
        key,
        'value',
        `The option "${key}" takes ${ARTICLES[expected]} ${expected}, not ${describe(value)}.`,
      )
    }
  }
  const { settings: rules, problems } = toRuleSettings(config.rules)
  for (const problem of problems) complain('rules', 'value', problem)
  const packaged = toPackageOptions(config.package, configFolder(entry))
  for (const { key, part, message } of packaged.problems) {
    findings.push({
      rule: 'plugin-option',
      message,
      place: optionPlace(ts, entry, ['package', ...key], part),
      related: [],
    })
  }
  const { client } = config
  const options: HostOptions = {
    rules,
    ...(typeof config.msgpack === 'boolean' ? { msgpack: config.msgpack } : {}),
    ...(packaged.options ? { package: packaged.options } : {}),
  }
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
  const near = nearestName(key, Object.keys(KEYS))
  const hint =
    near === undefined ? `The options are ${Object.keys(KEYS).join(', ')}.` : `Did you mean "${near}"?`
  return `Unknown option "${key}" of @alien-rpc/transformer. ${hint}`
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value)
}
