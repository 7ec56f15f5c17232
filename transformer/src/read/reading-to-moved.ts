// What was read of a route before an edit elsewhere in its file → the same, where it stands after the edit.
import type { Finding, Place } from '../model/finding.ts'
import type { Untouched } from './edit-to-untouched.ts'
import type { NamedEntry } from './names-to-graph.ts'
import type { RouteReading } from './route-reader.ts'

export interface PlacedReading {
  readonly reading: RouteReading
  readonly findings: readonly Finding[]
  /** Of everything that was read from the same program. */
  readonly entries: readonly NamedEntry[]
  /** Where its statement begins, with the comments before it. */
  readonly statement: number
}

export function movedReading(
  { reading, findings, entries }: PlacedReading,
  file: string,
  statement: number,
  { move }: Untouched,
): PlacedReading {
  const place = (it: Place): Place => (it.file === file ? { ...it, start: move(it.start) } : it)
  const { route } = reading
  const moved = route && {
    ...route,
    place: place(route.place),
    call: { start: move(route.call.start), end: move(route.call.end) },
  }
  return {
    ...{ entries, statement },
    reading: { ...reading, place: place(reading.place), ...(moved ? { route: moved } : {}) },
    findings: findings.map(it => ({
      ...it,
      place: place(it.place),
      related: it.related.map(other => ({ ...other, place: place(other.place) })),
    })),
  }
}

/** In place: whoever else has the entries has them of the same declarations. To be done once for each edit. */
export function moveKeys(entries: readonly NamedEntry[], file: string, { move }: Untouched): void {
  const mark = `${file}:`
  for (const entry of entries) {
    if (!entry.key.includes(mark)) continue
    const parts = entry.key.split('|').map(part => {
      const digits = part.startsWith(mark) ? part.slice(mark.length) : ''
      if (!/^\d+$/.test(digits)) return part
      return mark + String(move(Number(digits))).padStart(digits.length, '0')
    })
    entry.key = parts.join('|')
  }
}
