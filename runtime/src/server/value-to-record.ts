// A handler's value in → its stream record out, checked against its declared type and cut to declared keys.
import type { CompiledOutput, CompiledRoute, CompiledRows } from '../compiled-route.ts'
import { errorToWire, ofHandler, type WireError } from '../errors.ts'
import { isTracked } from '../tracked.ts'
import { writeNative } from '../validation/native-to-msgpack.ts'
import type { StreamFormat, TextFormat } from '../wire/http-names.ts'
import { MAX_ITEMS_LENGTH } from '../wire/limits.ts'
import { createMsgpackRecordEncoder } from '../wire/msgpack-records.ts'
import { createRecordEncoder } from '../wire/stream-records.ts'
import { MsgpackWriter } from '../wire/value-to-msgpack.ts'
import type { Form } from './accept-to-format.ts'
import { TextBatch } from './record-batch.ts'
import { checkOutput, valueToJson } from './value-to-json.ts'

/** Writes records into a batch of its own: text, or bytes in MessagePack. What throws has written nothing. */
export interface RecordWriter {
  /** Throws ResultMismatch for a value of another type, TypeError for one that has no form on the wire. */
  item(value: unknown): void
  /** The end record with the return value; throws as `item` does. */
  end(value: unknown): void
  /** The error record. Only data of an RpcError that is no JSON throws. */
  error(error: WireError): void
  /** Of the batch: bytes, or UTF-16 units. */
  readonly length: number
  /** The batch, which is empty afterwards. */
  take(): string | Uint8Array
  /** For silence; no part of the batch. */
  readonly keepAlive: string | Uint8Array
}

/** A stream's format, and what else MessagePack needs to know. */
export type RecordForm = Pick<Form<StreamFormat>, 'format'> & Partial<Form<StreamFormat>>

export function createRecordWriter(route: CompiledRoute, form: RecordForm, maxIssues: number): RecordWriter {
  const { format } = form
  if (format === 'msgpack') return packedWriter(route, maxIssues, form)
  const maxItemsLength = format === 'jsonSeq' && form.isTogether ? MAX_ITEMS_LENGTH : 0
  return textWriter(route, format, maxIssues, maxItemsLength)
}

function textWriter(
  { name, result, returns }: CompiledRoute,
  format: TextFormat,
  maxIssues: number,
  maxItemsLength: number,
): RecordWriter {
  const encoder = createRecordEncoder(format)
  const batch = new TextBatch(encoder, result?.isUnmarked, maxItemsLength)

  const itemPlace = { route: name, what: 'item', maxIssues }

  // Where nothing is declared, nothing is sent.
  function itemText(value: unknown): string {
    return result === undefined ? 'null' : valueToJson(value, result, itemPlace)
  }

  function returnedText(value: unknown): string | undefined {
    if (returns === undefined) return undefined
    const json = valueToJson(value, returns, { route: name, what: 'returned', maxIssues })
    return value === undefined ? undefined : json
  }

  return {
    item: value =>
      isTracked(value) ? batch.item(itemText(value.value), value.id) : batch.item(itemText(value)),
    end: value => batch.add(encoder.end(returnedText(value))),
    error: error => batch.add(encoder.error(error)),
    get length() {
      return batch.length
    },
    take: () => batch.take(),
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

  function write(
    value: unknown,
    output: CompiledOutput,
    writeRow: CompiledRows['write'] | undefined,
    writer: MsgpackWriter,
  ): void {
    if (value === undefined) writer.nil()
    else if (isRow && writeRow) writeRow(value as never, writer)
    else writeNative(value, output, maps, writer)
  }

  function writeItem(value: unknown, writer: MsgpackWriter): void {
    if (result === undefined) return writer.nil()
    checkOutput(value, result, itemPlace)
    write(value, result, rows?.write, writer)
  }

  return {
    item: value =>
      isTracked(value)
        ? encoder.item(writer => writeItem(value.value, writer), value.id)
        : encoder.item(writer => writeItem(value, writer)),
    end(value) {
      if (returns !== undefined) checkOutput(value, returns, { route: name, what: 'returned', maxIssues })
      if (returns === undefined || value === undefined) encoder.end()
      else encoder.end(writer => write(value, returns, rows?.writeReturn, writer))
    },
    // The data of an error has no declared type: JSON decides what is sent.
    error: error => encoder.error(JSON.parse(JSON.stringify(error))),
    get length() {
      return batch.length
    },
    take: () => batch.take(),
    keepAlive: encoder.keepAlive,
  }
}

/** What crosses the wire of a failure: an RpcError as its author wrote it, anything else without its text. */
export function toWireError(thrown: unknown): WireError {
  return errorToWire(ofHandler(thrown))
}
