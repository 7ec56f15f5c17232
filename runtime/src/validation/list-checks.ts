// A value in → whether it is an array of strings, or of numbers, out. Eight elements a turn.

/**
 * A shared loop sees arrays of integers, of fractions and of objects, with holes and without. Reading one element a turn, V8
 * would then box each number, as `every` does: six times the time of eight a turn, which is also the fastest with like arrays.
 */
export function areNumbers(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  let i = 0
  for (const end = value.length - 7; i < end; i += 8) {
    if (
      !(
        Number.isFinite(value[i]) &&
        Number.isFinite(value[i + 1]) &&
        Number.isFinite(value[i + 2]) &&
        Number.isFinite(value[i + 3]) &&
        Number.isFinite(value[i + 4]) &&
        Number.isFinite(value[i + 5]) &&
        Number.isFinite(value[i + 6]) &&
        Number.isFinite(value[i + 7])
      )
    )
      return false
  }
  for (; i < value.length; i++) if (!Number.isFinite(value[i])) return false
  return true
}

export function areStrings(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  let i = 0
  for (const end = value.length - 7; i < end; i += 8) {
    if (
      !(
        typeof value[i] === 'string' &&
        typeof value[i + 1] === 'string' &&
        typeof value[i + 2] === 'string' &&
        typeof value[i + 3] === 'string' &&
        typeof value[i + 4] === 'string' &&
        typeof value[i + 5] === 'string' &&
        typeof value[i + 6] === 'string' &&
        typeof value[i + 7] === 'string'
      )
    )
      return false
  }
  for (; i < value.length; i++) if (typeof value[i] !== 'string') return false
  return true
}
