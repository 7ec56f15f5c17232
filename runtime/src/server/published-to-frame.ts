// Values that were published to many in → `items` frames out, each value checked and written once for all who are sent the same.
import type { CompiledOutput } from '../compiled-route.ts'
import { isTracked } from '../tracked.ts'
import type { Published } from '../wire/published.ts'
import type { Encoded, SocketFraming } from '../wire/socket-framing.ts'

/** Who is sent them. */
export interface ItemsReader {
  readonly id: number
  readonly framing: SocketFraming
  readonly output: CompiledOutput
  /** Checks and writes one value. Throws when it is none that the output declares. */
  encode(value: unknown): Encoded
  /** A frame is full once its items have this size. */
  readonly maxSize: number
}

/** A frame of the value that it is kept at, and of those after it. */
export interface ItemsFrame {
  readonly frame: Encoded
  /** Of values. */
  readonly count: number
}

interface SharedFrame extends ItemsFrame {
  readonly id: number
  readonly isFull: boolean
}

/** What was made of one value for one framing and one declared type. */
interface Made {
  readonly framing: SocketFraming
  readonly output: CompiledOutput
  readonly item: Encoded
  readonly id: string | null
  /** The last one that starts with this value: subscribers who have read as far as each other ask for the same. */
  frame: SharedFrame | undefined
  readonly next: Made | undefined
}

/** The next frame of `places`, from `start` on. Throws what `encode` does, when the first of them cannot be sent. */
export function publishedToFrame(
  places: readonly Published[],
  start: number,
  reader: ItemsReader,
): ItemsFrame {
  const first = madeOf(places[start]!, reader)
  const { frame: known } = first
  if (known?.id === reader.id && isWanted(known, places, start)) return known
  const frame = toFrame(places, start, reader)
  if (isUnbroken(places, start, frame.count)) first.frame = frame
  return frame
}

/** Whether it holds what is next, and no less than could be sent. */
function isWanted({ count, isFull }: SharedFrame, places: readonly Published[], start: number): boolean {
  const available = places.length - start
  return (isFull ? count <= available : count === available) && isUnbroken(places, start, count)
}

/** A subscriber whose topic drops values may have read one, and not the next. */
function isUnbroken(places: readonly Published[], start: number, count: number): boolean {
  return places[start + count - 1]!.index - places[start]!.index === count - 1
}

function toFrame(places: readonly Published[], start: number, reader: ItemsReader): SharedFrame {
  const items: Encoded[] = []
  const ids: (string | null)[] = []
  let size = 0
  for (let at = start; at < places.length && size < reader.maxSize; at++) {
    const made = at === start ? madeOf(places[at]!, reader) : madeIfSendable(places[at]!, reader)
    if (made === undefined) break
    items.push(made.item)
    ids.push(made.id)
    size += made.item.length
  }
  const hasIds = ids.some(id => id !== null)
  const frame = reader.framing.items(reader.id, items, hasIds ? ids : undefined)
  return { frame, id: reader.id, count: items.length, isFull: size >= reader.maxSize }
}

/** What cannot be sent fails when it is first: what came before it is sent. */
function madeIfSendable(place: Published, reader: ItemsReader): Made | undefined {
  try {
    return madeOf(place, reader)
  } catch {
    return undefined
  }
}

function madeOf(place: Published, reader: ItemsReader): Made {
  const { framing, output } = reader
  const all = place.made as Made | undefined
  for (let made = all; made !== undefined; made = made.next) {
    if (made.framing === framing && made.output === output) return made
  }
  const { value } = place
  const isMarked = isTracked(value)
  const item = reader.encode(isMarked ? value.value : value)
  const made: Made = { framing, output, item, id: isMarked ? value.id : null, frame: undefined, next: all }
  place.made = made
  return made
}
