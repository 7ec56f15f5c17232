// A segment of a path that has the name of an argument → a parameter.
import { type FixOf, insertion } from './fix.ts'

export const segmentToParameter: FixOf = (_ts, source, { place }) => {
  const segment = source.text.slice(place.start, place.start + place.length)
  if (!/^\w+$/.test(segment) || source.text[place.start - 1] !== '/') return undefined
  return {
    description: `Make it the parameter ":${segment}"`,
    allDescription: 'Make all of them parameters',
    changes: [insertion(place.start, ':')],
  }
}
