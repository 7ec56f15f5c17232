// The few helpers that generated checks and codecs call instead of repeating them.

// ISO 8601 as ECMAScript prints it, and the shorter forms people write in queries; RFC 3339 section 5.6 plus date only.
const DATE_TEXT =
  /^(?:\d{4}|[+-]\d{6})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/

/** True of a date with a time and an offset, or a date alone (UTC), that exists on the calendar. */
export function isDateText(value: unknown): boolean {
  if (typeof value !== 'string' || !DATE_TEXT.test(value)) return false
  const time = Date.parse(value)
  if (Number.isNaN(time)) return false
  // Date.parse rolls 30 February over to March: the day must survive a round trip at the same offset.
  const day = value.slice(0, value.indexOf('-', 1) + 6)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

/** True of a Date that holds a time. */
export function isValidDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime())
}

/** An own property or undefined: for names that every object inherits (`constructor`, `toString`, `__proto__`). */
export function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}

/** How many properties a JSON value has, which inherits none that can be listed. Twice as fast as making a list of them. */
export function countKeys(object: object): number {
  let count = 0
  for (const _ in object) count++
  return count
}

/** A fresh record with each value mapped. A key `__proto__` stays an ordinary key. */
export function mapRecord(
  record: Record<string, unknown>,
  map: (value: never) => unknown,
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(record)) setOwn(result, key, map(record[key] as never))
  return result
}

export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  } else object[key] = value
}

/** The same check, made once for each object, which must not change afterwards. */
export function rememberResults(check: (value: unknown) => boolean): (value: unknown) => boolean {
  const known = new WeakMap<object, boolean>()
  return value => {
    if (typeof value !== 'object' || value === null) return check(value)
    let result = known.get(value)
    if (result === undefined) {
      result = check(value)
      known.set(value, result)
    }
    return result
  }
}
