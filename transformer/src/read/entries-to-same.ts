// Named types of several readings of a program in → which of them are one and the same out. Within one reading each type is met once.
import type { TypeModel } from '../model/type-model.ts'
import { type NamedEntry, reach } from './names-to-graph.ts'

/**
 * The id of a type → that of the same type in another reading. Types that were met once are not in it. Only types that `roots`
 * reach are looked at: what nothing reaches any more may say what the program said before an edit.
 */
export function entriesToSame(
  entries: readonly NamedEntry[],
  roots: readonly TypeModel[],
): ReadonlyMap<string, string> {
  const same = new Map<string, string>()
  if (new Set(entries.map(readingOf)).size < 2) return same
  const byId = new Map(entries.map(entry => [entry.id, entry]))
  for (const group of groupsByKey(reach(roots, byId))) {
    const known = new Map<string, NamedEntry>()
    for (const entry of group) {
      const text = textOf(entry, byId)
      const first = known.get(text) ?? entry
      known.set(text, first)
      if (readingOf(first) !== readingOf(entry)) same.set(entry.id, first.id)
    }
  }
  return same
}

function groupsByKey(entries: Iterable<NamedEntry>): NamedEntry[][] {
  const groups = new Map<string, NamedEntry[]>()
  for (const entry of entries) {
    const group = groups.get(entry.key)
    if (group) group.push(entry)
    else groups.set(entry.key, [entry])
  }
  return [...groups.values()].filter(group => group.length > 1)
}

/** What a type says, with its references by the keys of what they lead to. */
function textOf(
  { key, name, doc, model, enumMembers }: NamedEntry,
  byId: ReadonlyMap<string, NamedEntry>,
): string {
  return JSON.stringify([key, name, doc, model, enumMembers], (_, value: unknown) =>
    isRef(value) ? [byId.get(value.id)?.key] : value,
  )
}

function isRef(value: unknown): value is TypeModel & { kind: 'ref' } {
  return typeof value === 'object' && value !== null && (value as TypeModel).kind === 'ref'
}

/** `#2.17` was met in the reading `#2.`. */
function readingOf({ id }: NamedEntry): string {
  return id.slice(0, id.indexOf('.'))
}
