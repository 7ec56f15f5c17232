// Arguments that neither path nor query can hold, of a GET route → a POST route.

import type { FixOf } from './fix.ts'
import { routeCallAround } from './nodes.ts'

export const readToPost: FixOf = (ts, source, { rule, place }) => {
  const call = routeCallAround(ts, source, place.start, place.length)
  const callee = call?.expression
  if (!callee || !ts.isPropertyAccessExpression(callee) || callee.name.text !== 'get') return undefined
  // In the path it would not fit either.
  if (/^[:*]/.test(source.text.slice(place.start))) return undefined
  if (rule === 'args-not-object' && /\/[:*]/.test(call.arguments[0]?.getText(source) ?? '')) return undefined
  return {
    description: 'Make it a POST route, whose arguments come in the body',
    allDescription: 'Make all of them POST routes',
    changes: [{ span: { start: callee.name.getStart(source), length: 'get'.length }, newText: 'post' }],
  }
}
