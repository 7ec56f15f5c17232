// A TypeModel in → JavaScript that turns a checked native value into a JSON-ready value of declared keys out, where no text is written directly.
import type { TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { toJson } from './conversions.ts'
import { modelToCopy } from './model-to-copy.ts'
import type { CodecHelpers } from './model-to-decode.ts'
import { needsEncode } from './type-facts.ts'

/** What JSON.stringify may be given for `value`. An absent property may be there as `undefined`, which it leaves out. */
export function modelToEncode(
  model: TypeModel,
  value: string,
  scope: CheckScope,
  helpers: CodecHelpers,
): string {
  return modelToCopy(model, value, {
    ...helpers,
    mode: 'encode',
    check: { ...scope, domain: 'native' },
    needed: part => needsEncode(part, scope.types),
    convert: (part, native) => toJson(part, native, scope.reach),
    omitsUndefined: false,
    keepsRest: false,
    nameOf: hint => `encode_${hint}`,
  })
}
