// The streams that a handler returns in → whether any of their items carries an id, out.
import type ts from 'typescript'
import type { Compiler } from '../../compiler.ts'
import { brandOf } from '../brand.ts'
import { iterationOf } from '../return-to-output.ts'
import { unionParts } from '../socket-answer-types.ts'

/** Items of which nothing is known, or that never come, may. */
export function mayHaveIds(compiler: Compiler, streams: readonly ts.Type[]): boolean {
  const { TypeFlags } = compiler.ts
  const items = streams.flatMap(stream => iterationOf(compiler, stream).items).flatMap(unionParts)
  const open = TypeFlags.Any | TypeFlags.Unknown | TypeFlags.Never
  return items.length === 0 || items.some(it => (it.flags & open) !== 0 || brandOf(compiler, it, 'tracked'))
}
