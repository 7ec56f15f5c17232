// A value and both ends of a route of its type in → what MessagePack makes of it otherwise than JSON does, out.

import { argumentsToRequest, inBody } from '../../runtime/src/client/arguments-to-request.ts'
import type { RouteDetails } from '../../runtime/src/client/client-route.ts'
import * as packing from '../../runtime/src/client/packing.ts'
import { type CompiledRoute, MISMATCH } from '../../runtime/src/compiled-route.ts'
import { type MapForm, writeNative } from '../../runtime/src/validation/native-to-msgpack.ts'
import { unpackedToJson } from '../../runtime/src/validation/unpacked-to-json.ts'
import { MEDIA_TYPES } from '../../runtime/src/wire/http-names.ts'
import { SERVER_LIMITS } from '../../runtime/src/wire/limits.ts'
import { ROWS } from '../../runtime/src/wire/msgpack-names.ts'
import { MsgpackReader } from '../../runtime/src/wire/msgpack-reader.ts'
import { MsgpackWriter } from '../../runtime/src/wire/value-to-msgpack.ts'
import { holdsInstance, isPartOf, isPlainObject, withoutUndefined } from './judge-values.ts'

/** A route `(args: { value: T }): { value: T }` at both ends. */
export interface Ends {
  readonly server: Required<CompiledRoute>
  readonly client: RouteDetails
}

/** The value as it is, and what comes of it in JSON. */
export interface JsonTrip {
  readonly value: unknown
  /** The generated check accepts it. */
  readonly accepted: boolean
  /** It was made as one of the type. */
  readonly isOwn: boolean
  /** TypeScript takes it for one. */
  readonly assignable: boolean
  /** What declares the type. */
  readonly source: string
  /** What the handler receives; MISMATCH where it is refused. */
  readonly received: unknown
}

export interface PackedTrip {
  /** What the handler receives; MISMATCH where it is refused, or cannot be sent. */
  readonly received: unknown
  readonly problems: readonly string[]
}

const writer = new MsgpackWriter()
const reader = new MsgpackReader('the body', SERVER_LIMITS.maxBodyDepth, 'maps')

/** Throws only what the code under test throws for a value that it should take. */
export function packedTrip(ends: Ends, trip: JsonTrip): PackedTrip {
  const received = receivedArguments(ends, trip)
  const problems = argumentProblems(received, trip)
  if (trip.accepted) problems.push(...resultProblems(ends, trip))
  return { received, problems }
}

/** From the client's native arguments to what the handler is given. */
function receivedArguments({ server, client }: Ends, { value, isOwn }: JsonTrip): unknown {
  let body: ReturnType<typeof argumentsToRequest>[1]
  try {
    body = argumentsToRequest('/it', { ...client, put: inBody }, { value }, packing.pack)[1]
  } catch (error) {
    // Nor does a client send numbers that are not finite, and invalid Dates, as JSON.
    if (isOwn || !(error instanceof TypeError)) throw error
    return MISMATCH
  }
  return readPacked(server, body as Uint8Array)
}

function readPacked({ args }: Required<CompiledRoute>, bytes: Uint8Array): unknown {
  const read = args.read(unpackedToJson(reader.readAll(bytes), args))
  return read === MISMATCH ? MISMATCH : (read as { value: unknown }).value
}

function argumentProblems(received: unknown, trip: JsonTrip): string[] {
  const inJson = trip.received
  if (received === MISMATCH && inJson === MISMATCH) return []
  if (received !== MISMATCH && inJson !== MISMATCH && isSame(received, inJson)) return []
  if (!trip.isOwn && isReadDifferently(trip)) return []
  if (received === MISMATCH) return ['as a MessagePack argument it is refused, and in JSON it is not']
  if (inJson === MISMATCH) return ['as a MessagePack argument it is accepted, and in JSON it is not']
  return ['as a MessagePack argument it arrives otherwise than in JSON']
}

/** Rows of the table "framing-differences" of docs/types.md: what is not of the type, and what JSON cannot say. */
function isReadDifferently({ value, accepted, source }: JsonTrip): boolean {
  // What is not declared is in these arguments, and in the JSON that they are compared with it is not.
  if (accepted && holdsInstance(value)) return true
  if (holds(value, leaf => typeof leaf === 'bigint' || isNotFinite(leaf))) return true
  if (/\bbigint\b|\dn\b/.test(source) && holds(value, Number.isInteger)) return true
  return /Map</.test(source) && holds(value, isPlainObject)
}

/** From the handler's value to what the client's caller is given: as maps, as rows, and as maps that any reader with types reads. */
function resultProblems(ends: Ends, { value, isOwn, assignable, received }: JsonTrip): string[] {
  const { server, client } = ends
  const whole = { value } as never
  const decode = (client.decode ?? (it => it)) as (it: unknown) => { value: unknown }
  const inJson = decode(JSON.parse(server.result.stringify(whole)!)).value
  const pack = (maps: MapForm) => writer.only(() => writeNative(whole, server.result, maps, writer))
  const problems: string[] = []
  if (isOwn && !isWithin(value, inJson)) problems.push('what the client makes of its JSON lacks a part of it')
  // In JSON, more than one member of a union may say what is declared in a place, also of a value that is only of one of them.
  const isRight = assignable ? isSame : isWithin
  if (!isRight(unpackAnswer(client, pack('pairs'), ''), inJson))
    problems.push('as a MessagePack result it arrives otherwise than in JSON')
  if (received !== MISMATCH && !isRight(readPacked(server, pack('map')), received))
    problems.push('with MessagePack maps for Maps it arrives otherwise than in JSON')
  if (client.rows) {
    const bytes = writer.only(() => server.rows.write(whole, writer))
    const rows = unpackAnswer(client, bytes, `;${ROWS}${client.rows.schema}`)
    if (!isRight(rows, inJson)) problems.push('in rows of MessagePack it arrives otherwise than in JSON')
  }
  return problems
}

function unpackAnswer(client: RouteDetails, bytes: Uint8Array<ArrayBuffer>, parameters: string): unknown {
  const headers = { 'content-type': `${MEDIA_TYPES.msgpack}${parameters}` }
  const answer = packing.answer(new Response(null, { headers }), client)!
  const decode = (answer.decode ?? (it => it)) as (it: unknown) => { value: unknown }
  return decode(answer.unpack(Uint8Array.from(bytes).buffer)).value
}

function isWithin(part: unknown, whole: unknown): boolean {
  return isPartOf(withoutUndefined(part), whole)
}

function isSame(one: unknown, other: unknown): boolean {
  return isWithin(one, other) && isWithin(other, one)
}

function holds(value: unknown, isSought: (leaf: unknown) => boolean): boolean {
  if (isSought(value)) return true
  if (Array.isArray(value) || value instanceof Set) return Array.from(value).some(it => holds(it, isSought))
  if (value instanceof Map) return holds([...value], isSought)
  return isPlainObject(value) && Object.values(value).some(it => holds(it, isSought))
}

function isNotFinite(leaf: unknown): boolean {
  return (typeof leaf === 'number' && !Number.isFinite(leaf)) || (leaf instanceof Date && Number.isNaN(+leaf))
}
