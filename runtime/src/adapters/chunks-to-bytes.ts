// Chunks of a body, however small, in → its bytes in one piece out.

/** Room for a body that did not come in one piece, in bytes; it doubles. */
const FIRST_ROOM = 1_024

/**
 * Copies: a chunk of one byte takes two hundred as an object of its own, so a stranger who sends a body byte by byte would have the server
 * hold as many times its limit. Room that is not filled yet is never more than what has come.
 */
export class ChunksToBytes {
  #room: Uint8Array | undefined
  #length = 0

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  /** The first one is kept as it is: most bodies are one chunk. */
  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.byteLength
    if (this.#room === undefined) this.#room = chunk
    else {
      if (length > this.#room.byteLength) this.#grow(length)
      this.#room.set(chunk, this.#length)
    }
    this.#length = length
  }

  #grow(least: number): void {
    const room = new Uint8Array(Math.max(least, 2 * this.#length, FIRST_ROOM))
    room.set(this.bytes)
    this.#room = room
  }

  /** A view of all that has come. */
  get bytes(): Uint8Array {
    return this.#room?.subarray(0, this.#length) ?? new Uint8Array()
  }
}
