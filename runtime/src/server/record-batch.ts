// JSON texts of items, and other records, of one turn in → the one text that they leave in out.
import { itemsRecord, type RecordEncoder } from '../wire/stream-records.ts'

/** What an `items` record has beside its values and ids, at most. */
const FRAME_LENGTH = 40

/**
 * Text adds up, and so do items that may share a record: each costs one concatenation. PROTOCOL.md, "Items together".
 */
export class TextBatch {
  readonly #encoder: RecordEncoder
  readonly #isUnmarked: boolean | undefined
  /** In characters. 0: every item has a record of its own. */
  readonly #maxItemsLength: number
  /** Records that are complete, … */
  #text = ''
  /** … and the items of the one that is not, with commas between them. */
  #values = ''
  #count = 0
  /** Their ids as JSON, if they have any, and the first one as it is. */
  #ids = ''
  #firstId: string | undefined

  /** `isUnmarked`: see RecordEncoder. */
  constructor(encoder: RecordEncoder, isUnmarked: boolean | undefined, maxItemsLength: number) {
    this.#encoder = encoder
    this.#isUnmarked = isUnmarked
    this.#maxItemsLength = maxItemsLength - FRAME_LENGTH
  }

  /** In UTF-16 units, the number of bytes of ASCII text: counting exactly would cost more than it saves. */
  get length(): number {
    return this.#text.length + this.#values.length + this.#ids.length
  }

  item(json: string, id?: string): void {
    const idText = id === undefined ? '' : JSON.stringify(id)
    if (this.#canTake(json, idText)) {
      this.#values += `,${json}`
      if (idText !== '') this.#ids += `,${idText}`
      this.#count++
    } else {
      this.#completeItems()
      this.#values = json
      this.#ids = idText
      this.#firstId = id
      this.#count = 1
    }
  }

  /** Any record but an item. */
  add(record: string): void {
    this.#completeItems()
    this.#text += record
  }

  /** Empty afterwards. */
  take(): string {
    this.#completeItems()
    const text = this.#text
    this.#text = ''
    return text
  }

  #canTake(json: string, idText: string): boolean {
    const length = this.#values.length + this.#ids.length + json.length + idText.length
    return this.#count > 0 && length + 2 <= this.#maxItemsLength && (idText === '') === (this.#ids === '')
  }

  #completeItems(): void {
    if (this.#count === 0) return
    this.#text +=
      this.#count === 1
        ? this.#encoder.item(this.#values, this.#firstId, this.#isUnmarked)
        : itemsRecord(this.#values, this.#ids)
    this.#values = ''
    this.#ids = ''
    this.#count = 0
  }
}
