// The chunks of a body in UTF-8 → their text, a chunk at a time, however characters are cut.

/**
 * Node decodes text that it is told to be whole by a fast path, and never again once it was told of a part: so there is a decoder for each. A
 * chunk is whole that ends in ASCII, as the last one of a record does. It may not be empty. Throws a TypeError where the bytes are no UTF-8.
 */
export function createChunkDecoder(): (chunk: Uint8Array) => string {
  // U+FEFF at the start of a chunk is text, as it is anywhere else.
  const create = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const whole = create()
  const parts = create()
  let isCut = false
  return chunk => {
    const stream = chunk.at(-1)! > 127
    const text = (isCut || stream ? parts : whole).decode(chunk, { stream })
    isCut = stream
    return text
  }
}
