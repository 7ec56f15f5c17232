// The waist of the compiler: what a TypeScript type means on the wire, as plain data. `read/` makes it, `emit/` uses it.
// To add a kind: add it here, and follow the compile errors through one `switch` per operation (CONTRIBUTING.md).
import type { BytesName, TemplateHole } from '@alien-rpc/service/generated'

export type TypeModel =
  | { readonly kind: 'boolean' | 'null' | 'undefined' | 'unknown' | 'any' | 'never' | WireKind }
  | { readonly kind: 'string'; readonly constraints?: readonly StringConstraint[] }
  | { readonly kind: 'number' | 'bigint'; readonly constraints?: readonly NumberConstraint[] }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  /** Decimal text without the `n`: `10`, `-3`. */
  | { readonly kind: 'bigintLiteral'; readonly text: string }
  | TemplateModel
  /** Node's Buffer counts as Uint8Array. */
  | { readonly kind: 'bytes'; readonly type: BytesName }
  | ArrayModel
  | TupleModel
  | { readonly kind: 'map'; readonly key: TypeModel; readonly value: TypeModel; readonly readonly: boolean }
  | {
      readonly kind: 'set'
      readonly item: TypeModel
      readonly readonly: boolean
      readonly constraints?: readonly ArrayConstraint[]
    }
  | ObjectModel
  | UnionModel
  /** A named or recursive type, looked up in the graph. */
  | { readonly kind: 'ref'; readonly id: string }

/** Classes of JavaScript that travel as JSON text or objects. */
export type WireKind = 'date' | 'url' | 'regexp' | 'error'

/** Lengths count Unicode code points. */
export type StringConstraint =
  | { readonly tag: 'minLength' | 'maxLength'; readonly value: number }
  /** The source of a regular expression with the flag `u`, or the name of a format. */
  | { readonly tag: 'pattern' | 'format'; readonly value: string }

/** The value is decimal text where the base type is bigint. */
export interface NumberConstraint {
  readonly tag: 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum' | 'multipleOf'
  readonly value: number | string
}

export type ArrayConstraint =
  | { readonly tag: 'minItems' | 'maxItems'; readonly value: number }
  | { readonly tag: 'uniqueItems' }

/** `id-${number}`: there is one text more than there are holes. */
export interface TemplateModel {
  readonly kind: 'template'
  readonly texts: readonly string[]
  readonly holes: readonly TemplateHole[]
  /** As TypeScript writes the type, backticks included. */
  readonly text: string
}

export interface ArrayModel {
  readonly kind: 'array'
  readonly item: TypeModel
  readonly readonly: boolean
  readonly constraints?: readonly ArrayConstraint[]
}

export interface TupleModel {
  readonly kind: 'tuple'
  readonly items: readonly TupleItem[]
  /** How many of the items must be there; the others are optional. */
  readonly required: number
  readonly rest?: TypeModel
  /** Items after the rest, all required. Only where there is a rest and no item is optional. */
  readonly trailing?: readonly TupleItem[]
  readonly readonly: boolean
}

export interface TupleItem {
  readonly name?: string
  readonly model: TypeModel
}

export interface ObjectModel {
  readonly kind: 'object'
  readonly properties: readonly PropertyModel[]
  /** The type of every property that is not listed: a string index signature. */
  readonly index?: TypeModel
}

export interface PropertyModel {
  readonly name: string
  readonly model: TypeModel
  readonly optional: boolean
  readonly readonly: boolean
  /** The JSDoc text. */
  readonly doc?: string
  /** Its JSDoc says `@internal`. */
  readonly internal?: true
}

export interface UnionModel {
  readonly kind: 'union'
  readonly members: readonly TypeModel[]
  /** A property that every member has, each with literals of its own. Only where all members are objects. */
  readonly discriminant?: string
}

/** A type that has a name in the user's program, or that needs one because it recurs. */
export interface NamedType {
  readonly id: string
  /** Unique in the graph; the declared name where that is free. */
  readonly name: string
  readonly doc?: string
  readonly model: TypeModel
  /** Present when it is an enum: its members in order. */
  readonly enumMembers?: readonly { readonly name: string; readonly value: string | number }[]
}

/** All named types that routes reach, by id. */
export type TypeGraph = ReadonlyMap<string, NamedType>
