// What a handler returned → whether it can be streamed.

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  const iterable = value as Partial<AsyncIterable<unknown>> | null | undefined
  return typeof iterable?.[Symbol.asyncIterator] === 'function'
}
