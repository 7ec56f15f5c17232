// Findings in, as the analysis meets them → a sorted list without repetitions out.
import { type Finding, type Place, RULES, type RuleName } from '../model/finding.ts'

export interface Findings {
  add(rule: RuleName, place: Place, message: string, related?: Finding['related']): void
  /** How many of those added so far are errors: tells whether a route read in between may be compiled. */
  readonly errors: number
  sorted(): readonly Finding[]
}

export function createFindings(): Findings {
  const found = new Map<string, Finding>()
  let errors = 0
  return {
    add(rule, place, message, related = []) {
      if (RULES[rule].severity === 'error') errors++
      const key = `${place.file}:${place.start}:${place.length}:${rule}:${message}`
      if (!found.has(key)) found.set(key, { rule, message, place, related })
    },
    get errors() {
      return errors
    },
    sorted: () => [...found.values()].sort(compareFindings),
  }
}

/** By file, place, rule and message, so that the order never depends on who found what first. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    comparePlaces(a.place, b.place) ||
    RULES[a.rule].code - RULES[b.rule].code ||
    compareText(a.message, b.message)
  )
}

export function comparePlaces(a: Place, b: Place): number {
  return compareText(a.file, b.file) || a.start - b.start || a.length - b.length
}

/** By code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
