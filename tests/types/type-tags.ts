// Type-level expectations of the type tags, checked by TypeScript itself (author-api.test.ts and `npm run types`).
import type { t } from '@alien-rpc/service'

// Plain values stay assignable, in both directions.
export const text: string & t.MinLength<1> & t.Format<'email'> & t.Pattern<'@'> = 'a@b.c'
export const plainText: string = text
export const count: number & t.Minimum<0> & t.Integer = 5
export const plainCount: number = count
export const big: bigint & t.ExclusiveMaximum<10n> = 5n
export const list: string[] & t.MinItems<1> & t.UniqueItems = ['a']
export const frozen: readonly string[] & t.MaxItems<3> = ['a'] as const
export const set: Set<string> & t.MaxItems<3> = new Set(['a'])
export const length: number = text.length + list.length

// Whether text is an email is known at run time only; that it is no number is known here.
// @ts-expect-error a number is no string, whatever its tags
export const wrongBase: string & t.MinLength<1> = 1
// @ts-expect-error a length is a number
export type WrongLength = string & t.MinLength<'1'>
// @ts-expect-error a pattern is the source of a regular expression
export type WrongPattern = string & t.Pattern<1>
// @ts-expect-error a bound is a number or a bigint
export type WrongBound = number & t.Minimum<'1'>

// Formats of one's own are names like any other.
export type Sku = string & t.Format<'sku'>
export const formats: t.StringFormat[] = ['email', 'uuid', 'date-time']
// @ts-expect-error no format of JSON Schema
export const noFormat: t.StringFormat = 'sku'
