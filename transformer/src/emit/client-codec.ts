// Types that a client sends or gets in → entries of the table of calls that name their conversions, as text, out.
import type { AnswerModel } from '../model/route-model.ts'
import type { TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { elementToRevive, modelToRevive } from './model-to-revive.ts'
import { modelToSend } from './model-to-send.ts'

export type ClientScope = Omit<CheckScope, 'domain' | 'hint'>

/** `encode`, where values hold more than JSON does. */
export function encodeEntries(model: TypeModel | undefined, hint: string, shared: ClientScope): string[] {
  return entry('encode', model ? modelToSend(model, 'v', scopeOf(shared, hint)) : 'v')
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
  return [...entry('decode', decode), ...entry('decodeReturn', decodeReturn)]
}

function scopeOf(shared: ClientScope, hint: string): CheckScope {
  return { ...shared, domain: 'json', hint }
}

function entry(name: string, body: string): string[] {
  return body === 'v' ? [] : [`${name}: ${converter(body)}`]
}

function converter(body: string): string {
  const call = body.match(/^([\p{ID_Continue}$]+)\(v\)$/u)
  if (call) return call[1]!
  return `(v: any) => ${body.startsWith('{') ? `(${body})` : body}`
}
