// Types that narrow a string, number or array beyond what TypeScript can say: `string & t.MinLength<1> & t.Format<'email'>`.
// The compiler reads them. A tag is one optional property that no value has, so plain values stay assignable.

/**
 * The formats that are known without further ado: JSON Schema 2020-12, validation, section 7.3, and `url`, an absolute URL as
 * the WHATWG's parser takes it. Others are added by `addStringFormat`.
 */
export type StringFormat =
  | 'date'
  | 'date-time'
  | 'duration'
  | 'email'
  | 'hostname'
  | 'ipv4'
  | 'ipv6'
  | 'json-pointer'
  | 'regex'
  | 'relative-json-pointer'
  | 'time'
  | 'uri'
  | 'uri-reference'
  | 'url'
  | 'uuid'

/** A string of at least so many characters (Unicode code points, as JSON Schema counts them). */
export type MinLength<Length extends number> = { readonly '~alienRpc.minLength'?: Length }

/** A string of at most so many characters (Unicode code points, as JSON Schema counts them). */
export type MaxLength<Length extends number> = { readonly '~alienRpc.maxLength'?: Length }

/**
 * A string in which this regular expression matches: ECMAScript, with the `u` flag, not anchored. `^` and `$` make it match
 * the whole. It runs on what a client sends, so an expression that backtracks without bound is a hole.
 */
export type Pattern<Source extends string> = { readonly '~alienRpc.pattern'?: Source }

/** A string in a format with a name: one of `StringFormat`, or one that `addStringFormat` adds before the server starts. */
export type Format<Name extends StringFormat | (string & {})> = { readonly '~alienRpc.format'?: Name }

/** A number or bigint of at least this. A bigint has a bigint literal: `bigint & t.Minimum<0n>`. */
export type Minimum<Value extends number | bigint> = { readonly '~alienRpc.minimum'?: Value }

/** A number or bigint of at most this. */
export type Maximum<Value extends number | bigint> = { readonly '~alienRpc.maximum'?: Value }

/** A number or bigint greater than this. */
export type ExclusiveMinimum<Value extends number | bigint> = {
  readonly '~alienRpc.exclusiveMinimum'?: Value
}

/** A number or bigint less than this. */
export type ExclusiveMaximum<Value extends number | bigint> = {
  readonly '~alienRpc.exclusiveMaximum'?: Value
}

/** A number or bigint that is a whole multiple of this, which is greater than 0: `number & t.MultipleOf<0.01>`. */
export type MultipleOf<Value extends number | bigint> = { readonly '~alienRpc.multipleOf'?: Value }

/** A whole number: `number & t.Integer`. */
export type Integer = MultipleOf<1>

/** An array of at least so many items. */
export type MinItems<Count extends number> = { readonly '~alienRpc.minItems'?: Count }

/** An array of at most so many items. */
export type MaxItems<Count extends number> = { readonly '~alienRpc.maxItems'?: Count }

/** An array in which no two items are equal; objects and arrays are equal when their contents are. */
export type UniqueItems = { readonly '~alienRpc.uniqueItems'?: true }
