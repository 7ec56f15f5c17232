// Types that a client sends or gets in → entries of the table of calls that name their conversions, as text, out.
import type { AnswerModel } from '../model/route-model.ts'
import type { TypeModel } from '../model/type-model.ts'
import type { CheckHelper, CheckScope } from './check-scope.ts'
import { singleQuoted } from './code.ts'
import type { ConversionHelper } from './conversions.ts'
import type { Functions } from './functions.ts'
import { elementToRevive, modelToRevive } from './model-to-revive.ts'
import { modelToSend } from './model-to-send.ts'
import type { Types } from './type-facts.ts'

export type ClientScope = Omit<CheckScope, 'domain' | 'hint'>

/** `encode`, where values hold more than JSON does. */
export function encodeEntries(model: TypeModel | undefined, hint: string, shared: ClientScope): string[] {
  return entry('encode', model ? modelToSend(model, 'v', scopeOf(shared, hint)) : 'v', shared)
}

/** `decode` and `decodeReturn`, where values hold more than JSON does. */
export function decodeEntries(
  { result, returns }: AnswerModel,
  isStream: boolean,
  hint: string,
  shared: ClientScope,
): string[] {
  const revive = isStream ? elementToRevive : modelToRevive
  const decode = result ? revive(result, 'v', scopeOf(shared, `${hint}Result`)) : 'v'
  const decodeReturn = returns ? modelToRevive(returns, 'v', scopeOf(shared, `${hint}Return`)) : 'v'
  return [...entry('decode', decode, shared), ...entry('decodeReturn', decodeReturn, shared)]
}

function scopeOf(shared: ClientScope, hint: string): CheckScope {
  return { ...shared, domain: 'json', hint }
}

function entry(name: string, body: string, { functions }: ClientScope): string[] {
  return body === 'v' ? [] : [`${name}: ${converter(body, functions)}`]
}

function converter(body: string, { annotation }: Functions): string {
  const call = body.match(/^([\p{ID_Continue}$]+)\(v\)$/u)
  if (call) return call[1]!
  return `(v${annotation}) => ${body.startsWith('{') ? `(${body})` : body}`
}

/** What the emitted module may call, and the names that it must import for that, as they are asked for. */
export function clientScope(functions: Functions, types: Types, imported: Set<string>): ClientScope {
  const reach = {
    helper: (name: ConversionHelper) => {
      imported.add(name)
      return name
    },
    global: (name: string) => name,
    // A literal would not compile for targets below ES2020.
    bigint: (text: string) => `BigInt(${singleQuoted(text)})`,
  }
  const helper = (name: CheckHelper, value = '', argument = '') =>
    clientTest(name, value, argument, functions.annotation)
  return { functions, types, reach, helper, ignoresLimits: true, packed: true }
}

/** The client trusts the server's checks and only tells members of unions apart, in JSON and in MessagePack. */
function clientTest(name: CheckHelper, value: string, argument: string, annotation: string): string {
  switch (name) {
    case 'own':
      return `(Object.prototype.hasOwnProperty.call(${value}, ${argument}) ? ${value}[${argument}] : undefined)`
    case 'isDateText':
      return `(${value} instanceof Date || (typeof ${value} === "string" && !Number.isNaN(Date.parse(${value}))))`
    case 'isBigIntText':
      return `(typeof ${value} === "bigint" || (typeof ${value} === "string" && /^-?\\d+$/.test(${value})))`
    case 'isBase64':
      return `(typeof ${value} === "string" || ${value} instanceof Uint8Array)`
    case 'isRegExpText':
      return `(typeof ${value} === "string" && ${value}[0] === "/")`
    case 'isUrlText':
      return `(typeof ${value} === "string" && ${value}.includes(":"))`
    case 'isErrorJson':
      return `(typeof ${value} === "object" && ${value} !== null && typeof ${value}.message === "string")`
    case 'isValidDate':
      return `${value} instanceof Date`
    case 'isError':
      return `${value} instanceof Error`
    case 'areNumbers':
      return `(Array.isArray(${value}) && ${value}.every((item${annotation}) => Number.isFinite(item)))`
    case 'areStrings':
      return `(Array.isArray(${value}) && ${value}.every((item${annotation}) => typeof item === "string"))`
    default:
      return `typeof ${value} === "string"`
  }
}
