// Types that narrow a string, number or array beyond what TypeScript can say: `string & t.MinLength<1> & t.Format<'email'>`.
// The compiler reads them. A tag is one optional property that no value has, so plain values stay assignable.

/**
 * The built-in formats: those of JSON Schema 2020-12, validation, section 7.3, and `url`, an absolute URL that the WHATWG URL parser
 * accepts. Add others with `addStringFormat`.
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

/** A string of at least this many Unicode code points: `string & t.MinLength<1>`. */
export type MinLength<Length extends number> = { readonly '~alienRpc.minLength'?: Length }

/** A string of at most this many Unicode code points: `string & t.MaxLength<100>`. */
export type MaxLength<Length extends number> = { readonly '~alienRpc.maxLength'?: Length }

/**
 * A string that this ECMAScript regular expression (flag `u`) matches somewhere; anchor it with `^` and `$`: `string & t.Pattern<'^[a-z]+$'>`.
 * It runs on what clients send, so avoid expressions that can backtrack exponentially.
 */
export type Pattern<Source extends string> = { readonly '~alienRpc.pattern'?: Source }

/** A string in a named format: a built-in one, or one added with `addStringFormat`. `string & t.Format<'email'>`. */
export type Format<Name extends StringFormat | (string & {})> = { readonly '~alienRpc.format'?: Name }

/** A number or bigint of at least this value: `number & t.Minimum<0>`, `bigint & t.Minimum<0n>`. */
export type Minimum<Value extends number | bigint> = { readonly '~alienRpc.minimum'?: Value }

/** A number or bigint of at most this value. */
export type Maximum<Value extends number | bigint> = { readonly '~alienRpc.maximum'?: Value }

/** A number or bigint greater than this value. */
export type ExclusiveMinimum<Value extends number | bigint> = {
  readonly '~alienRpc.exclusiveMinimum'?: Value
}

/** A number or bigint less than this value. */
export type ExclusiveMaximum<Value extends number | bigint> = {
  readonly '~alienRpc.exclusiveMaximum'?: Value
}

/** A number or bigint that is a whole multiple of this value, which must be positive: `number & t.MultipleOf<0.01>`. */
export type MultipleOf<Value extends number | bigint> = { readonly '~alienRpc.multipleOf'?: Value }

/** A whole number: `number & t.Integer`. */
export type Integer = MultipleOf<1>

/** An array or Set of at least this many items. */
export type MinItems<Count extends number> = { readonly '~alienRpc.minItems'?: Count }

/** An array or Set of at most this many items. */
export type MaxItems<Count extends number> = { readonly '~alienRpc.maxItems'?: Count }

/** An array in which no two items are equal. Objects and arrays are compared by content. */
export type UniqueItems = { readonly '~alienRpc.uniqueItems'?: true }
