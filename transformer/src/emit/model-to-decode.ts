// A TypeModel in → JavaScript that turns a checked JSON value into a fresh native value of known keys out.
import type { TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { fromJson } from './conversions.ts'
import { modelToCopy } from './model-to-copy.ts'
import { needsDecode } from './type-facts.ts'

export interface CodecHelpers {
  mapRecord(record: string, arrow: string): string
  setOwn(object: string, key: string, value: string): string
}

/** The native value of `value`. What the type does not declare is not in it, and neither is anything inherited. */
export function modelToDecode(
  model: TypeModel,
  value: string,
  scope: CheckScope,
  helpers: CodecHelpers,
): string {
  return modelToCopy(model, value, {
    ...helpers,
    mode: 'decode',
    check: { ...scope, domain: 'json' },
    needed: part => needsDecode(part, scope.types),
    convert: (part, text) => fromJson(part, text, scope.reach),
    omitsUndefined: true,
    keepsRest: false,
    nameOf: hint => `decode_${hint}`,
  })
}
