// What a route answers, its place and what else a client must know of it → its entry in the emitted table of calls.
import type { AnyRouteModel } from '../model/route-model.ts'
import { objectText, singleQuoted } from './code.ts'

/** The functions of the runtime that make methods of entries. A client imports those of the routes it has. */
export const OPENERS = {
  value: 'openCall',
  response: 'openResponse',
  stream: 'openStream',
  socket: 'openSocket',
} as const satisfies Record<AnyRouteModel['output'], string>

/** By position: of names a bundle would carry each. */
export function routeTuple(
  output: AnyRouteModel['output'],
  place: string,
  details: readonly string[],
): string {
  const last = details.length > 0 ? `, ${objectText(details)}` : ''
  return `[${OPENERS[output]}, ${singleQuoted(place)}${last}]`
}
