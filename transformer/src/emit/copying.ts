// What decoding, encoding and sending do differently, and the pieces of text that all of them are made of.
import type { PropertyModel, TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { literal, objectKey } from './code.ts'
import type { ConvertedModel } from './conversions.ts'
import { copiesAlike, shapeKey } from './type-facts.ts'

/** What decoding, encoding and sending do differently. */
export interface Copying {
  readonly mode: 'decode' | 'encode' | 'send'
  /** False where a value is passed on as it is. */
  readonly needed: (model: TypeModel) => boolean
  readonly convert: (model: ConvertedModel, value: string) => string
  /** JSON.stringify leaves out what is `undefined`, so that only decoding has to. */
  readonly omitsUndefined: boolean
  /** Properties that need no copy, and those that are not declared, are taken over as they are. */
  readonly keepsRest: boolean
  /** What functions are called. */
  readonly nameOf: (hint: string) => string
  readonly check: CheckScope
  /** A record with each value mapped by the arrow function. */
  readonly mapRecord: (record: string, arrow: string) => string
  /** A statement. */
  readonly setOwn: (object: string, key: string, value: string) => string
}

export function withHint(copying: Copying, hint: string): Copying {
  return { ...copying, check: { ...copying.check, hint } }
}

export function callCopy(
  model: TypeModel,
  hint: string,
  value: string,
  copying: Copying,
  body: (inside: Copying) => string,
): string {
  const { mode, check, nameOf } = copying
  // One function for both directions where they do the same.
  const isShared = mode !== 'send' && !check.closed && copiesAlike(model, check.types)
  const request = {
    key: `${isShared ? 'copy' : mode}:${shapeKey(model)}`,
    name: isShared ? `copy_${hint}` : nameOf(hint),
    body: () => body(withHint(copying, hint)),
  }
  return copying.check.functions.call(request, value)
}

/** True if the property is only set when it is there. */
export function isConditional({ optional }: PropertyModel, { omitsUndefined }: Copying): boolean {
  return optional && omitsUndefined
}

export function setProperty(name: string, value: string, { setOwn }: Copying): string {
  if (name === '__proto__') return setOwn('result', literal(name), value)
  return `${objectKey(name).startsWith('"') ? `result[${literal(name)}]` : `result.${name}`} = ${value}`
}
