// Records of one turn in → the one chunk that they leave in out.
import { concatBytes } from '../wire/bytes.ts'

/** Text adds up; bytes are joined when they leave. A stream has only one kind. */
export class RecordBatch {
  #text = ''
  #bytes: Uint8Array[] = []
  #length = 0

  /** In bytes, or in UTF-16 units, the number of bytes of ASCII text: counting exactly would cost more than it saves. */
  get length(): number {
    return this.#length
  }

  add(record: string | Uint8Array): void {
    if (typeof record === 'string') this.#text += record
    else this.#bytes.push(record)
    this.#length += record.length
  }

  /** Empty afterwards. */
  take(): string | Uint8Array {
    const chunk = this.#bytes.length === 0 ? this.#text : concatBytes(this.#bytes, this.#length)
    this.clear()
    return chunk
  }

  clear(): void {
    this.#text = ''
    this.#bytes = []
    this.#length = 0
  }
}
