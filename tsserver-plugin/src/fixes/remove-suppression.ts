// A comment that suppresses nothing → no comment. One that names several rules may still be needed for another.
import type { FixOf } from './fix.ts'

export const removeSuppression: FixOf = (_ts, source, { place }) => {
  const comment = source.text.slice(place.start, place.start + place.length)
  if (/alien-rpc-ignore[ \t]+[\w-]+[ \t]*,/.test(comment)) return undefined
  const line = source.text.lastIndexOf('\n', place.start) + 1
  const end = source.text.indexOf('\n', place.start)
  const span = { start: line, length: (end < 0 ? source.text.length : end + 1) - line }
  return {
    description: 'Remove the comment',
    allDescription: 'Remove all comments that suppress nothing',
    changes: [{ span, newText: '' }],
  }
}
