// A result or an error and the form that the client wants → the body that says it.
import type { CompiledOutput, CompiledRows } from '../compiled-route.ts'
import type { WireError } from '../errors.ts'
import { writeNative } from '../validation/native-to-msgpack.ts'
import type { BodyFormat } from '../wire/http-names.ts'
import type { MsgpackWriter } from '../wire/value-to-msgpack.ts'
import type { Form } from './accept-to-format.ts'
import { checkOutput, type OutputPlace, valueToJson } from './value-to-json.ts'

/** Throws ResultMismatch for a value of another type, TypeError for one that has no form on the wire. */
export function valueToBody(
  value: unknown,
  output: CompiledOutput,
  rows: CompiledRows | undefined,
  place: OutputPlace,
  form: Form<BodyFormat>,
  writer: MsgpackWriter,
): string | Uint8Array {
  if (form.format === 'json') return valueToJson(value, output, place)
  checkOutput(value, output, place)
  // Of no value there is no row, and no body either.
  const isRow = rows !== undefined && form.rows === rows.schema && value !== undefined
  return writer.only(() =>
    isRow ? rows.write(value as never, writer) : writeNative(value, output, form.maps, writer),
  )
}

/** Throws for data that has no form on the wire. */
export function errorToBody(
  error: WireError,
  { format }: Form<BodyFormat>,
  writer: MsgpackWriter,
): string | Uint8Array {
  const json = JSON.stringify(error)
  // The data of an error has no declared type: JSON decides what is sent.
  return format === 'json' ? json : writer.pack(JSON.parse(json))
}
