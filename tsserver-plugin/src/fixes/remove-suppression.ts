// A comment that suppresses nothing → no comment; of one that names several rules, those that are needed stay.
import type { FixOf } from './fix.ts'

export const removeSuppression: FixOf = (_ts, source, { place, message }) => {
  const end = place.start + place.length
  const comment = source.text.slice(place.start, end)
  const named = /alien-rpc-ignore[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)/.exec(comment)?.[1] ?? ''
  // The finding says which of them are not needed.
  const [said = ''] = message.split(' to suppress.', 1)
  const needed = named.split(',').filter(rule => !said.includes(`"${rule.trim()}"`))
  if (named !== '' && needed.length > 0) {
    const start = place.start + comment.indexOf(named)
    const newText = needed.map(rule => rule.trim()).join(', ')
    return {
      description: 'Remove the rules that the comment does not suppress',
      changes: [{ span: { start, length: named.length }, newText }],
    }
  }
  const line = source.text.lastIndexOf('\n', place.start - 1) + 1
  const next = source.text.indexOf('\n', end)
  const span = { start: line, length: (next < 0 ? source.text.length : next + 1) - line }
  return {
    description: 'Remove the comment',
    allDescription: 'Remove all comments that suppress nothing',
    changes: [{ span, newText: '' }],
  }
}
