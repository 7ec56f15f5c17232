// A TypeModel in → TypeScript that turns a call's arguments into what JSON.stringify and URLs can hold, out.
import type { TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { toJson } from './conversions.ts'
import { modelToCopy } from './model-to-copy.ts'
import { needsSending } from './type-facts.ts'

/**
 * An expression for what is sent; the value itself where JSON.stringify says it all. Only what must change is copied: the
 * server drops what the type does not declare, and TypeScript has checked the rest.
 */
export function modelToSend(model: TypeModel, value: string, scope: CheckScope): string {
  const { annotation } = scope.functions
  return modelToCopy(model, value, {
    mode: 'send',
    check: { ...scope, domain: 'native' },
    needed: part => needsSending(part, scope.types),
    convert: (part, native) => (part.kind === 'date' ? native : toJson(part, native, scope.reach)),
    omitsUndefined: false,
    keepsRest: true,
    nameOf: hint => `encode${hint.charAt(0).toUpperCase()}${hint.slice(1)}`,
    mapRecord: (record, arrow) =>
      `Object.fromEntries(Object.entries(${record}).map((entry${annotation}) => [entry[0], (${arrow})(entry[1])]))`,
    setOwn: (object, key, value) => `${object}[${key}] = ${value}`,
  })
}
