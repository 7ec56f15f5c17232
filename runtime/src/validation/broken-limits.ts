// A value and the limits of its type's tags in → those that it does not keep out: the slow twin of the generated checks.
import type { ArrayLimits, NumberLimits, StringLimits } from '../compiled-route.ts'
import { hasMaxLength, hasMinLength, hasUniqueItems, isMultipleOf } from './constraints.ts'
import { hasFormat } from './formats.ts'

export type Limits = StringLimits & NumberLimits<number | string> & ArrayLimits

/** One test for each limit. A bigint compares itself with decimal text. */
const TESTS: { readonly [Name in keyof Limits]-?: (value: never, limit: never) => boolean } = {
  minLength: hasMinLength,
  maxLength: hasMaxLength,
  pattern: (text: string, source: string) => new RegExp(source, 'u').test(text),
  format: hasFormat,
  minimum: (value: number, limit: number) => value >= limit,
  maximum: (value: number, limit: number) => value <= limit,
  exclusiveMinimum: (value: number, limit: number) => value > limit,
  exclusiveMaximum: (value: number, limit: number) => value < limit,
  multipleOf: (value: number | bigint, limit: number | string) =>
    typeof value === 'bigint' ? value % BigInt(limit) === 0n : isMultipleOf(value, Number(limit)),
  minItems: (items: Iterable<unknown>, least: number) => countOf(items) >= least,
  maxItems: (items: Iterable<unknown>, most: number) => countOf(items) <= most,
  uniqueItems: hasUniqueItems,
}

/** Undefined where all are kept. */
export function brokenLimits(value: unknown, limits: Limits | undefined): Limits | undefined {
  if (!limits) return undefined
  const broken = Object.entries(limits).filter(
    ([name, limit]) => !TESTS[name as keyof Limits](value as never, limit as never),
  )
  return broken.length === 0 ? undefined : Object.fromEntries(broken)
}

export function countOf(items: Iterable<unknown>): number {
  return Array.isArray(items) ? items.length : (items as ReadonlySet<unknown>).size
}

/** Limits in words, after the name of what has them: `string with at least 1 character`, `number ≥ 0`. */
export function limitsToText(kind: string, limits: Limits): string {
  const { multipleOf } = limits
  const comparisons = [
    ...(limits.minimum === undefined ? [] : [`≥ ${limits.minimum}`]),
    ...(limits.exclusiveMinimum === undefined ? [] : [`> ${limits.exclusiveMinimum}`]),
    ...(limits.maximum === undefined ? [] : [`≤ ${limits.maximum}`]),
    ...(limits.exclusiveMaximum === undefined ? [] : [`< ${limits.exclusiveMaximum}`]),
  ]
  const counts = [
    ...(limits.minLength === undefined ? [] : [`at least ${count(limits.minLength, 'character')}`]),
    ...(limits.maxLength === undefined ? [] : [`at most ${count(limits.maxLength, 'character')}`]),
    ...(limits.minItems === undefined ? [] : [`at least ${count(limits.minItems, 'item')}`]),
    ...(limits.maxItems === undefined ? [] : [`at most ${count(limits.maxItems, 'item')}`]),
    ...(limits.uniqueItems === undefined ? [] : ['no two equal items']),
  ]
  const phrases = [
    ...(counts.length === 0 ? [] : [`with ${counts.join(' and ')}`]),
    ...(limits.pattern === undefined ? [] : [`that matches /${limits.pattern}/u`]),
    ...(limits.format === undefined ? [] : [`in the format "${limits.format}"`]),
    ...(comparisons.length === 0 ? [] : [comparisons.join(' and ')]),
  ]
  // A multiple is a number anyway.
  if (multipleOf !== undefined && phrases.length === 0) return multipleText(multipleOf)
  if (multipleOf !== undefined) phrases.push(`and ${multipleText(multipleOf)}`)
  return [kind, ...phrases].join(' ')
}

function multipleText(divisor: number | string): string {
  return String(divisor) === '1' ? 'whole number' : `multiple of ${divisor}`
}

export function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`
}
