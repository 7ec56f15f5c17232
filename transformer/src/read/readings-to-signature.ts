// The routes of a file in → a text that is the same for the same routes and types, wherever they stand, out.
import { modelsOf } from '../model/route-models.ts'
import type { TypeModel } from '../model/type-model.ts'
import { type NamedEntry, reach } from './names-to-graph.ts'
import type { RouteReading } from './route-reader.ts'

/** Offsets in the file. Types of users are arrays of named properties, so these are keys of routes only. */
const PLACES: ReadonlySet<string> = new Set(['place', 'call'])

export function readingsToSignature(
  readings: readonly RouteReading[],
  entries: readonly NamedEntry[],
): string {
  const routes = readings.flatMap(({ route }) => route ?? [])
  const byId = new Map(entries.map(entry => [entry.id, entry]))
  // In the order in which names are given.
  const reached = [...reach(routes.flatMap(modelsOf), byId)].sort((a, b) => (a.key < b.key ? -1 : 1))
  const numbers = new Map(reached.map(({ id }, index) => [id, index]))
  const types = reached.map(({ name, doc, model, enumMembers }) => [name, doc, model, enumMembers])
  return JSON.stringify([routes, types], (key, value: unknown) => {
    if (PLACES.has(key)) return undefined
    return isRef(value) ? numbers.get(value.id) : value
  })
}

function isRef(value: unknown): value is TypeModel & { kind: 'ref' } {
  return typeof value === 'object' && value !== null && (value as TypeModel).kind === 'ref'
}
