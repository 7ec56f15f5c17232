// What generating code for a type needs to know, and the small pieces of text that every kind of code is made of.

import type { TypeModel } from '../model/type-model.ts'
import { isInherited, literal, member, type Test, test } from './code.ts'
import type { Reach } from './conversions.ts'
import type { Functions } from './functions.ts'
import { differsByDomain, holdsObjects, shapeKey, type Types } from './type-facts.ts'

export interface CheckScope {
  readonly functions: Functions
  readonly types: Types
  /** Whether a Date is ISO text or a Date. */
  readonly domain: 'json' | 'native'
  /** What anonymous functions are named after. */
  readonly hint: string
  /** An expression that applies a function of the runtime, or says the same in the module's own words. */
  readonly helper: (name: CheckHelper, ...args: readonly string[]) => string
  readonly reach: Reach
  /** Properties that the type does not declare are refused. */
  readonly closed?: boolean
  /** Values may have come as MessagePack: a Date, a bigint or bytes where JSON has text. */
  readonly packed?: boolean
  /** What type tags say is not checked. */
  readonly ignoresLimits?: boolean
}

export type CheckHelper =
  | 'areNumbers'
  | 'areStrings'
  | 'countKeys'
  | 'hasFormat'
  | 'hasMaxLength'
  | 'hasMinLength'
  | 'hasUniqueItems'
  | 'isBase64'
  | 'isBigIntText'
  | 'isDateText'
  | 'isError'
  | 'isErrorJson'
  | 'isMultipleOf'
  | 'isRegExpText'
  | 'isUrlText'
  | 'isValidDate'
  | 'matchesTemplate'
  | 'perhaps'
  | 'rememberResults'
  | 'unless'
  | 'unlessBoolean'
  | 'unlessNumber'
  | 'unlessString'
  /** The own property of that name, or `undefined`. */
  | 'own'

/** Reads a property; one that every object inherits is only read where it is an own one. */
export function readProperty(value: string, name: string, { helper }: Pick<CheckScope, 'helper'>): string {
  return isInherited(name) ? helper('own', value, literal(name)) : value + member(name)
}

/** Types that are checked alike wherever they stand share one function. */
export function variantOf(model: TypeModel, scope: Pick<CheckScope, 'closed' | 'domain' | 'types'>): string {
  if (scope.closed && holdsObjects(model, scope.types)) return 'closed'
  return differsByDomain(model, scope.types) ? scope.domain : 'any'
}

/** The same key is the same function. */
export function keyOf(kind: string, model: TypeModel, scope: CheckScope): string {
  return `${kind}:${variantOf(model, scope)}:${shapeKey(model)}`
}

export function callTest(
  key: string,
  name: string,
  scope: CheckScope,
  value: string,
  body: () => string,
): Test {
  const mode = key.includes(':native:') ? 'matches' : key.includes(':closed:') ? 'exact' : 'check'
  return test(scope.functions.call({ key, name: `${mode}_${name}`, body }, value))
}

/** `param => body`, or just the function where the body is a call with the parameter. */
export function arrow(param: string, body: string, { annotation }: Functions): string {
  const call = body.match(/^([\w$\p{ID_Continue}]+)\((\w+)\)$/u)
  if (call?.[2] === param) return call[1]!
  const text = body.startsWith('{') ? `(${body})` : body
  return annotation ? `(${param}${annotation}) => ${text}` : `${param} => ${text}`
}

export function block(lines: readonly string[]): string {
  return `{\n${lines.map(line => `  ${line}`).join('\n')}\n}`
}
