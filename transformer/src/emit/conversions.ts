// A kind that JSON has no form for in → the expressions that write and read its JSON form out. PROTOCOL.md, "Values".
import type { TypeModel, WireKind } from '../model/type-model.ts'
import { literal } from './code.ts'

/** How generated code reaches what its own text does not declare. */
export interface Reach {
  /** A function of the runtime. */
  helper(name: ConversionHelper): string
  /** A global, which the module may have a name like. */
  global(name: string): string
  /** A bigint of that decimal text. */
  bigint(text: string): string
}

export type ConversionHelper =
  | 'base64ToBytes'
  | 'bytesToBase64'
  | 'errorToJson'
  | 'jsonToError'
  | 'textToRegExp'

/** Kinds that are converted as a whole. Maps and Sets are, too, but their items may need converting. */
export type ConvertedModel =
  | Extract<TypeModel, { kind: 'bytes' | 'bigintLiteral' }>
  | { readonly kind: WireKind | 'bigint' }

const WHOLE: ReadonlySet<TypeModel['kind']> = new Set([
  ...(['date', 'bigint', 'bigintLiteral', 'bytes', 'url', 'regexp', 'error'] as const),
])

export function isConverted(model: TypeModel): model is ConvertedModel {
  return WHOLE.has(model.kind)
}

/** The native value of a checked JSON value. */
export function fromJson(model: ConvertedModel, value: string, reach: Reach): string {
  switch (model.kind) {
    case 'date':
      return `new Date(${value})`
    case 'bigint':
    case 'bigintLiteral':
      return `${reach.global('BigInt')}(${value})`
    case 'bytes':
      return `${reach.helper('base64ToBytes')}(${value}, ${literal(model.type)})`
    case 'url':
      return `new ${reach.global('URL')}(${value})`
    case 'regexp':
      return `${reach.helper('textToRegExp')}(${value})`
    case 'error':
      return `${reach.helper('jsonToError')}(${value})`
    default:
      return model satisfies never
  }
}

/** The JSON value of a checked native value. */
export function toJson(model: ConvertedModel, value: string, reach: Reach): string {
  switch (model.kind) {
    case 'date':
      return `${value}.toISOString()`
    case 'bigint':
    case 'bigintLiteral':
    case 'regexp':
      return `${value}.toString()`
    case 'bytes':
      return `${reach.helper('bytesToBase64')}(${value})`
    case 'url':
      return `${value}.href`
    case 'error':
      return `${reach.helper('errorToJson')}(${value})`
    default:
      return model satisfies never
  }
}

/** True of those native values of a union that are this member's, where members differ by class. */
export function isNative(model: ConvertedModel, value: string, reach: Reach): string {
  switch (model.kind) {
    case 'date':
      return `${value} instanceof Date`
    case 'bigint':
    case 'bigintLiteral':
      return `typeof ${value} === "bigint"`
    case 'bytes':
      return `${value} instanceof ${reach.global(model.type)}`
    case 'url':
      return `${value} instanceof ${reach.global('URL')}`
    case 'regexp':
      return `${value} instanceof ${reach.global('RegExp')}`
    case 'error':
      return `${value} instanceof ${reach.global('Error')}`
    default:
      return model satisfies never
  }
}
