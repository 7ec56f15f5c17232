// A handler's value in → its stream record out, checked against its declared type and cut to declared keys.
import type { CompiledOutput, CompiledRoute, CompiledRows } from '../compiled-route.ts'
import { errorToWire, ofHandler, type WireError } from '../errors.ts'
import { isTracked } from '../tracked.ts'
import { writeNative } from '../validation/native-to-msgpack.ts'
import type { StreamFormat, TextFormat } from '../wire/http-names.ts'
import { createMsgpackRecordEncoder } from '../wire/msgpack-records.ts'
import { createRecordEncoder } from '../wire/stream-records.ts'
import { MsgpackWriter } from '../wire/value-to-msgpack.ts'
import type { Form } from './accept-to-format.ts'
import { checkOutput, valueToJson } from './value-to-json.ts'

/** Records are text, or bytes in MessagePack. */
export interface RecordWriter {
  /** Throws ResultMismatch for a value of another type, TypeError for one that has no form on the wire. */
  item(value: unknown): string | Uint8Array
  /** The end record with the return value; throws as `item` does. */
  end(value: unknown): string | Uint8Array
  /** The error record. Only data of an RpcError that is no JSON throws. */
  error(error: WireError): string | Uint8Array
  readonly keepAlive: string | Uint8Array
}

/** A stream's format, and what else MessagePack needs to know. */
export type RecordForm = Pick<Form<StreamFormat>, 'format'> & Partial<Form<StreamFormat>>

export function createRecordWriter(route: CompiledRoute, form: RecordForm, maxIssues: number): RecordWriter {
  const { format } = form
  return format === 'msgpack' ? packedWriter(route, maxIssues, form) : textWriter(route, format, maxIssues)
}

function textWriter(
  { name, result, returns }: CompiledRoute,
  format: TextFormat,
  maxIssues: number,
): RecordWriter {
  const encoder = createRecordEncoder(format)

  // Where nothing is declared, nothing is sent.
  function itemText(value: unknown): string {
    return result === undefined
      ? 'null'
      : valueToJson(value, result, { route: name, what: 'item', maxIssues })
  }

  function returnedText(value: unknown): string | undefined {
    if (returns === undefined) return undefined
    const json = valueToJson(value, returns, { route: name, what: 'returned', maxIssues })
    return value === undefined ? undefined : json
  }

  return {
    item: value =>
      isTracked(value)
        ? encoder.item(itemText(value.value), value.id)
        : encoder.item(itemText(value), undefined, result?.isUnmarked),
    end: value => encoder.end(returnedText(value)),
    error: error => encoder.error(error),
    keepAlive: encoder.keepAlive,
  }
}

function packedWriter(
  { name, result, returns, rows }: CompiledRoute,
  maxIssues: number,
  form: RecordForm,
): RecordWriter {
  const batch = new MsgpackWriter()
  const encoder = createMsgpackRecordEncoder(batch)
  const isRow = rows !== undefined && form.rows === rows.schema
  const maps = form.maps ?? 'map'
  const itemPlace = { route: name, what: 'item', maxIssues }

  function write(value: unknown, output: CompiledOutput, writeRow: CompiledRows['write'] | undefined): void {
    if (value === undefined) batch.nil()
    else if (isRow && writeRow) writeRow(value as never, batch)
    else writeNative(value, output, maps, batch)
  }

  function writeItem(value: unknown): void {
    if (result === undefined) return batch.nil()
    checkOutput(value, result, itemPlace)
    write(value, result, rows?.write)
  }

  return {
    item: value =>
      batch.only(() =>
        isTracked(value)
          ? encoder.item(() => writeItem(value.value), value.id)
          : encoder.item(() => writeItem(value)),
      ),
    end(value) {
      if (returns !== undefined) checkOutput(value, returns, { route: name, what: 'returned', maxIssues })
      return batch.only(() =>
        returns === undefined || value === undefined
          ? encoder.end()
          : encoder.end(() => write(value, returns, rows?.writeReturn)),
      )
    },
    // The data of an error has no declared type: JSON decides what is sent.
    error: error => batch.only(() => encoder.error(JSON.parse(JSON.stringify(error)))),
    keepAlive: encoder.keepAlive,
  }
}

/** What crosses the wire of a failure: an RpcError as its author wrote it, anything else without its text. */
export function toWireError(thrown: unknown): WireError {
  return errorToWire(ofHandler(thrown))
}
