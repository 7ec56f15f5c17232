// A handler's value in → the text of its stream record out, checked against its declared type and cut to declared keys.
import type { CompiledOutput, CompiledRoute } from '../compiled-route.ts'
import { type Issue, RpcError, type WireError } from '../errors.ts'
import { isTracked } from '../tracked.ts'
import { mismatchToIssues } from '../validation/table-to-issues.ts'
import type { StreamFormat } from '../wire/http-names.ts'
import { createRecordEncoder } from '../wire/stream-records.ts'

export interface RecordWriter {
  /** Throws ResultMismatch for a value of another type, TypeError for one that is no JSON. */
  item(value: unknown): string
  /** The end record with the return value; throws as `item` does. */
  end(value: unknown): string
  /** The error record. Only data of an RpcError that is no JSON throws. */
  error(error: WireError): string
  readonly keepAlive: string
}

/** What a handler gave is not what its route declares. For the server's log: to the client it is INTERNAL. */
export class ResultMismatch extends Error {
  readonly issues: readonly Issue[]

  constructor(route: string, what: string, issues: readonly Issue[]) {
    const list = issues.map(
      ({ path, expected, received }) => `${path}: expected ${expected}, received ${received}`,
    )
    super(`${route}: the ${what} does not match its declared type\n${list.join('\n')}`)
    this.name = 'ResultMismatch'
    this.issues = issues
  }
}

export function createRecordWriter(
  route: CompiledRoute,
  format: StreamFormat,
  maxIssues: number,
): RecordWriter {
  const encoder = createRecordEncoder(format)
  const { result, returns } = route

  function encode(value: unknown, output: CompiledOutput | undefined, what: string): unknown {
    // Nothing is declared: nothing is sent.
    if (output === undefined) return undefined
    if (output.check(value)) return output.encode(value as never)
    throw new ResultMismatch(
      route.name,
      what,
      mismatchToIssues(value, output, { domain: 'native', root: what, maxIssues }),
    )
  }

  return {
    item: value =>
      isTracked(value)
        ? encoder.item(encode(value.value, result, 'item'), value.id)
        : encoder.item(encode(value, result, 'item')),
    end: value => encoder.end(encode(value, returns, 'returned')),
    error: error => encoder.error(error),
    keepAlive: encoder.keepAlive,
  }
}

/** What crosses the wire of a failure: an RpcError as its author wrote it, anything else without its text. */
export function toWireError(thrown: unknown): WireError {
  return RpcError.ofHandler(thrown).toWire()
}
