// What a route takes, and its path, in → findings about arguments that compile and may still be a mistake, out.
import type ts from 'typescript'
import type { Compiler } from '../../compiler.ts'
import type { Place } from '../../model/finding.ts'
import type { TypeModel } from '../../model/type-model.ts'
import type { PathReading } from '../call-to-path.ts'
import { followRefs } from '../model-to-text-table.ts'
import type { RouteReader } from '../route-reader.ts'
import { TYPE_LIMITS } from '../type-node.ts'
import { unboundedPaths } from './model-to-unbounded.ts'

/** Of a route whose arguments come from the path and the query. */
export function lintSegments({ findings, types }: RouteReader, path: PathReading, args: TypeModel): void {
  const model = followRefs(args, types.lookUp)
  if (model.kind !== 'object') return
  const required = model.properties.filter(({ optional }) => !optional).map(({ name }) => name)
  let offset = 0
  for (const segment of path.text.split('/')) {
    if (required.includes(segment) && !path.pattern.params.includes(segment)) {
      const message = `"${segment}" is literal text of the path, so the argument "${segment}" comes from the query. Write ":${segment}" if it is a part of the path.`
      findings.add('literal-path-segment', path.placeAt(offset, segment.length), message)
    }
    offset += segment.length + 1
  }
}

/** Of a route that anybody may call. */
export function lintBounds(
  { findings, types, isOn }: RouteReader,
  call: ts.CallExpression,
  model: TypeModel,
  name: string,
  place: Place,
): void {
  if (!isOn('unbounded-argument') || !isPublic(types.compiler, call)) return
  const paths = unboundedPaths(model, name, types.lookUp)
  if (paths.length === 0) return
  const shown = paths.slice(0, TYPE_LIMITS.reportedPaths).join(', ')
  const more = paths.length > TYPE_LIMITS.reportedPaths ? ' and more' : ''
  const message = `Without a limit: ${shown}${more}. Write string & t.MaxLength<100>, T[] & t.MaxItems<100>.`
  findings.add('unbounded-argument', place, message)
}

/** Called on the builder that nothing was added to, and without middleware of its own. */
function isPublic({ checker }: Compiler, { expression, arguments: args }: ts.CallExpression): boolean {
  const builder = checker.getTypeAtLocation((expression as ts.PropertyAccessExpression).expression)
  const [context] = checker.getTypeArguments(builder as ts.TypeReference)
  if (context?.symbol?.name !== 'RouteContext') return false
  const options = args[1]
  return !options || checker.getPropertyOfType(checker.getTypeAtLocation(options), 'middleware') === undefined
}
