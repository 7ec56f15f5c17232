// The tagged JSON of fixtures/values.json in → the values that it stands for out, and back: what JSON itself cannot say.

/** `{ "$date": null }` is an invalid Date; bytes are listed as octets of the buffer, whatever the array's elements. */
const READERS: Readonly<Record<string, (content: never) => unknown>> = {
  $undefined: () => undefined,
  $number: (text: string) => Number(text),
  $bigint: (text: string) => BigInt(text),
  $date: (text: string | null) => new Date(text ?? Number.NaN),
  $bytes: ([type, octets]: [string, number[]]) => toBytes(type, octets),
  $map: (entries: [unknown, unknown][]) =>
    new Map(entries.map(([key, value]) => [fromNotation(key), fromNotation(value)])),
  $set: (items: unknown[]) => new Set(items.map(fromNotation)),
  $url: (text: string) => new URL(text),
  $regexp: ([source, flags]: [string, string]) => new RegExp(source, flags),
  $error: ({ name, message }: { name: string; message: string }) => toError(name, message),
  $function: () => () => undefined,
}

export function fromNotation(notation: unknown): unknown {
  if (typeof notation !== 'object' || notation === null) return notation
  if (Array.isArray(notation)) return notation.map(fromNotation)
  const entries = Object.entries(notation)
  const [tag, content] = entries[0] ?? ['']
  const reader = Object.hasOwn(READERS, tag) ? READERS[tag] : undefined
  if (reader) return reader(content as never)
  return Object.fromEntries(entries.map(([key, value]) => [key, fromNotation(value)]))
}

/** Equal values have equal notations, which makes them easy to compare and to show. */
export function toNotation(value: unknown): unknown {
  switch (typeof value) {
    case 'undefined':
      return { $undefined: true }
    case 'bigint':
      return { $bigint: String(value) }
    case 'function':
      return { $function: true }
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : String(value) }
    case 'object':
      return value === null ? null : objectToNotation(value)
    default:
      return value
  }
}

function objectToNotation(value: object): unknown {
  if (Array.isArray(value)) return value.map(toNotation)
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? null : value.toISOString() }
  if (value instanceof Map) return { $map: Array.from(value, toNotation) }
  if (value instanceof Set) return { $set: Array.from(value, toNotation) }
  if (value instanceof URL) return { $url: value.href }
  if (value instanceof RegExp) return { $regexp: [value.source, value.flags] }
  if (value instanceof Error) return { $error: { name: value.name, message: value.message } }
  if (value instanceof ArrayBuffer) return { $bytes: ['ArrayBuffer', [...new Uint8Array(value)]] }
  if (ArrayBuffer.isView(value)) {
    const octets = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return { $bytes: [Object.prototype.toString.call(value).slice(8, -1), [...octets]] }
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toNotation(part)]))
}

function toBytes(type: string, octets: readonly number[]): unknown {
  const { buffer } = new Uint8Array(octets)
  if (type === 'ArrayBuffer') return buffer
  const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[type]!
  return new View(buffer)
}

function toError(name: string, message: string): Error {
  const error = new Error(message)
  return name === 'Error' ? error : Object.assign(error, { name })
}
