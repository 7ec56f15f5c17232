// Constraints of one type in → why no value can satisfy all of them out.
import type { ArrayConstraint, NumberConstraint, StringConstraint } from '../model/type-model.ts'

type Constraint = StringConstraint | NumberConstraint | ArrayConstraint
type Tag = Constraint['tag']

/** A sentence about the first conflict, or undefined. `shown` says how a tag is written. */
export function unsatisfiable(
  constraints: readonly Constraint[],
  shown: (tag: Tag) => string,
): string | undefined {
  const text = (it: Constraint) => constraintText(it, shown)
  for (const [index, one] of constraints.entries()) {
    const again = constraints.slice(index + 1).find(it => it.tag === one.tag)
    // TypeScript makes the property of such an intersection `never`: other code could not use the type.
    if (again) return `${text(one)} and ${text(again)} are two values of one tag: keep one of them`
  }
  for (const [low, high] of COUNTS) {
    const [a, b] = [constraints.find(it => it.tag === low), constraints.find(it => it.tag === high)]
    if (a && b && boundOf(a) > boundOf(b)) return `${text(a)} and ${text(b)} leave no value`
  }
  return rangeConflict(constraints, text)
}

const COUNTS: readonly (readonly [Tag, Tag])[] = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
]
const LOWER: ReadonlySet<Tag> = new Set<Tag>(['minimum', 'exclusiveMinimum'])
const UPPER: ReadonlySet<Tag> = new Set<Tag>(['maximum', 'exclusiveMaximum'])

function rangeConflict(
  constraints: readonly Constraint[],
  text: (constraint: Constraint) => string,
): string | undefined {
  const lower = constraints.filter(it => LOWER.has(it.tag))
  const upper = constraints.filter(it => UPPER.has(it.tag))
  const step = constraints.find(it => it.tag === 'multipleOf')
  for (const low of lower) {
    for (const high of upper) {
      const isOpen = low.tag !== 'minimum' || high.tag !== 'maximum'
      const [from, to] = [boundOf(low), boundOf(high)]
      if (from > to || (isOpen && from === to)) return `${text(low)} and ${text(high)} leave no value`
      const multiple = step && firstMultiple(from, boundOf(step), low.tag === 'exclusiveMinimum')
      if (step && multiple !== undefined && (multiple > to || (high.tag !== 'maximum' && multiple === to))) {
        return `${text(low)}, ${text(high)} and ${text(step)} leave no value`
      }
    }
  }
  return undefined
}

/** The least multiple from a bound on; undefined where fractions would make the answer inexact. */
function firstMultiple(from: bigint | number, step: bigint | number, isOpen: boolean): bigint | undefined {
  if (!isWhole(from) || !isWhole(step)) return undefined
  const [start, by] = [BigInt(from) + (isOpen ? 1n : 0n), BigInt(step)]
  const remainder = ((start % by) + by) % by
  return remainder === 0n ? start : start + by - remainder
}

function isWhole(value: bigint | number): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value)
}

/** Constraints of a bigint have text; those of strings that have text are never compared. */
function boundOf(constraint: Constraint): bigint | number {
  const value = 'value' in constraint ? constraint.value : 0
  return typeof value === 'string' ? BigInt(value) : value
}

function constraintText(constraint: Constraint, shown: (tag: Tag) => string): string {
  if (!('value' in constraint)) return shown(constraint.tag)
  const { tag, value } = constraint
  const isText = tag === 'pattern' || tag === 'format'
  const text = typeof value === 'number' ? String(value) : isText ? JSON.stringify(value) : `${value}n`
  return `${shown(tag)}<${text}>`
}
