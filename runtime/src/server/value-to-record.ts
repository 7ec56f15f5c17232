// A handler's value in → the text of its stream record out, checked against its declared type and cut to declared keys.
import type { CompiledRoute } from '../compiled-route.ts'
import { RpcError, type WireError } from '../errors.ts'
import { isTracked } from '../tracked.ts'
import type { StreamFormat } from '../wire/http-names.ts'
import { createRecordEncoder } from '../wire/stream-records.ts'
import { valueToJson } from './value-to-json.ts'

export interface RecordWriter {
  /** Throws ResultMismatch for a value of another type, TypeError for one that is no JSON. */
  item(value: unknown): string
  /** The end record with the return value; throws as `item` does. */
  end(value: unknown): string
  /** The error record. Only data of an RpcError that is no JSON throws. */
  error(error: WireError): string
  readonly keepAlive: string
}

export function createRecordWriter(
  route: CompiledRoute,
  format: StreamFormat,
  maxIssues: number,
): RecordWriter {
  const encoder = createRecordEncoder(format)
  const { name, result, returns } = route

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

/** What crosses the wire of a failure: an RpcError as its author wrote it, anything else without its text. */
export function toWireError(thrown: unknown): WireError {
  return RpcError.ofHandler(thrown).toWire()
}
