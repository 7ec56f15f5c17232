// The waist of the compiler: what a TypeScript type means on the wire, as plain data. `read/` makes it, `emit/` uses it.
// To add a kind: add it here, and follow the compile errors through one `switch` per operation (CONTRIBUTING.md).

export type TypeModel =
  | {
      readonly kind:
        | 'string'
        | 'number'
        | 'boolean'
        | 'null'
        | 'undefined'
        | 'unknown'
        | 'any'
        | 'never'
        | 'date'
    }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'array'; readonly item: TypeModel; readonly readonly: boolean }
  | TupleModel
  | ObjectModel
  | UnionModel
  /** A named or recursive type, looked up in the graph. */
  | { readonly kind: 'ref'; readonly id: string }

export interface TupleModel {
  readonly kind: 'tuple'
  readonly items: readonly { readonly name?: string; readonly model: TypeModel }[]
  /** How many of the items must be there; the others are optional. */
  readonly required: number
  readonly rest?: TypeModel
  readonly readonly: boolean
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
