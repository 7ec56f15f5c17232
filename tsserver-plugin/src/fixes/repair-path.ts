// A path that cannot be parsed → the path that was meant, where its characters say so.
import type ts from 'typescript'
import { type FixOf, insertion } from './fix.ts'

/** Parameters as others write them: `id:`, `{id}`, `[id]`, `<id>`. */
const PARAMETER = /^(?:(\w+):|\{(\w+)\}|\[(\w+)\]|<(\w+)>)$/

export const repairPath: FixOf = (_ts, source, { place: { start, length } }) => {
  const text = source.text.slice(start, start + length)
  const before = source.text[start - 1]
  const change = repair(text, before, start)
  return (
    change && {
      description: change.description,
      allDescription: 'Repair all paths',
      changes: [change.change],
    }
  )
}

interface Repair {
  readonly description: string
  readonly change: ts.TextChange
}

function repair(text: string, before: string | undefined, start: number): Repair | undefined {
  const span = { start, length: text.length }
  const isQuote = (character: string | undefined) => character !== undefined && '\'"`'.includes(character)
  if (isQuote(before) && !text.startsWith('/')) {
    return { description: 'Start it with "/"', change: insertion(start, '/') }
  }
  // The finding of a slash at the end is at the quote behind it.
  if (isQuote(text) && before === '/') {
    const change = { span: { start: start - 1, length: 1 }, newText: '' }
    return { description: 'Remove the "/" at its end', change }
  }
  const name = PARAMETER.exec(text)
    ?.slice(1)
    .find(it => it !== undefined)
  if (name !== undefined) return { description: `Write ":${name}"`, change: { span, newText: `:${name}` } }
  const encoded = encodeURIComponent(text)
  if (/[:*?#%]/.test(text) || encoded === text || text === '') return undefined
  return { description: `Write "${encoded}"`, change: { span, newText: encoded } }
}
