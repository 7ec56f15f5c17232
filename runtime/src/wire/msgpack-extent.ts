// The bytes of a MessagePack value, as far as they have come → how many it has, without a look at any of them twice.

/**
 * Walks token by token, and only looks at heads: a string, binary or extension is one token. So a value that comes in many pieces is walked
 * once, and read once when it is here.
 */
export class MsgpackExtent {
  /** Where the next token begins. */
  #at = 0
  /** Values that are to come, those inside others among them. */
  #left = 1

  restart(): void {
    this.#at = 0
    this.#left = 1
  }

  /** The least number of bytes that the value has: those that are there are no fewer only if it is complete. */
  least(bytes: Uint8Array, length: number): number {
    while (this.#left > 0 && this.#at < length) {
      const head = headOf(bytes[this.#at]!)
      if (this.#at + head > length) break
      this.#token(bytes, head)
    }
    const least = this.#at + this.#left
    return this.#left > 0 ? Math.max(least, length + 1) : least
  }

  #token(bytes: Uint8Array, head: number): void {
    const code = bytes[this.#at]!
    let length = 0
    for (let i = 1; i < head; i++) length = length * 256 + bytes[this.#at + i]!
    this.#at += head
    this.#left--
    if (code >= 0xdc && code < 0xe0) this.#left += code < 0xde ? length : 2 * length
    else if (code >= 0x90 && code < 0xa0) this.#left += code & 0x0f
    else if (code >= 0x80 && code < 0x90) this.#left += 2 * (code & 0x0f)
    else if (code >= 0xa0 && code < 0xc0) this.#at += code & 0x1f
    else if (code >= 0xd4 && code < 0xd9) this.#at += 1 + (1 << (code - 0xd4))
    else if (code >= 0xc7 && code < 0xca) this.#at += 1 + length
    else if ((code >= 0xc4 && code < 0xc7) || (code >= 0xd9 && code < 0xdc)) this.#at += length
    else if (code >= 0xca && code < 0xd4) this.#at += numberSize(code)
  }
}

/** Bytes of the code and of the length after it. */
function headOf(code: number): number {
  if (code >= 0xc4 && code < 0xca) return 1 + (1 << ((code - 0xc4) % 3))
  if (code >= 0xd9 && code < 0xdc) return 1 + (1 << (code - 0xd9))
  if (code >= 0xdc && code < 0xe0) return code & 1 ? 5 : 3
  return 1
}

function numberSize(code: number): number {
  return code < 0xcc ? 4 << (code - 0xca) : 1 << (code & 3)
}
