// One exported route call in → what it is called by, for which nothing of its handler is read, out.
import { pathKey } from '@alien-rpc/service/generated'
import type { Compiler } from '../compiler.ts'
import { createFindings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'
import { readPath } from './call-to-path.ts'
import type { RouteDeclaration } from './route-reader.ts'
import type { DeclaredRoute } from './routes-to-duplicates.ts'
import type { RouteMethod } from './source-to-calls.ts'

export interface NamedRoute extends DeclaredRoute {
  readonly method: RouteMethod
  /** Absent if the path is wrong. */
  readonly path?: string
}

export function nameOfDeclaration(
  compiler: Compiler,
  { name, method, call, declaration }: RouteDeclaration,
): NamedRoute {
  const named = { name, method, place: placeOf(declaration) }
  // What is wrong with it is found when the whole route is read.
  const path = readPath(compiler, call, createFindings())
  return path ? { ...named, path: path.text, key: `${method} ${pathKey(path.pattern)}` } : named
}
