// The routes of one file in → the spec that goes into each route call, and the functions they share, as text out.
import type { AnyRouteModel, ArgsModel, RouteModel } from '../model/route-model.ts'
import { modelsOf } from '../model/route-models.ts'
import type { TypeGraph } from '../model/type-model.ts'
import { jsonText, literal, objectKey, objectText } from './code.ts'
import { createFunctions } from './functions.ts'
import {
  CONTRACT,
  createEmitter,
  type Emitter,
  formatsEntry,
  inputEntries,
  outputSpec,
  specText,
} from './model-to-spec.ts'
import { writeEntries } from './route-to-rows.ts'
import { routesToUses } from './routes-to-uses.ts'
import { socketToSpec } from './socket-to-spec.ts'
import { createTypes } from './type-facts.ts'

export interface ServerCode {
  /** The statement that imports what specs and helpers use. */
  readonly importText: string
  /** Constants and function declarations, for after the imports. Empty or ending in a newline. */
  readonly helpers: string
  /** One for each route, in order: the text of the call's new last argument, and where the call starts. */
  readonly specs: readonly { readonly name: string; readonly callStart: number; readonly text: string }[]
}

const NAMESPACE = '$alien'

/**
 * `namespace` is the name under which the generated module is imported: no identifier of the user's file contains it, or
 * contains what functions' names start with, `$check_` and the like (`freeNamespace`). Files of one program share `types`.
 */
export function routesToServerCode(
  routes: readonly AnyRouteModel[],
  graph: TypeGraph,
  namespace = NAMESPACE,
  types = createTypes(graph),
): ServerCode {
  const prefix = namespace === NAMESPACE ? '$' : `${namespace}_`
  const functions = createFunctions({ prefix, uses: routesToUses(routes, types) })
  const emitter = createEmitter(functions, types, namespace)
  const specs = routes.map(route => ({
    name: route.name,
    callStart: route.call.start,
    text: route.output === 'socket' ? socketToSpec(route, emitter) : routeToSpec(route, emitter),
  }))
  return {
    importText: `import * as ${namespace} from "@alien-rpc/service/generated"`,
    helpers: functions
      .declarations()
      .map(text => `${text}\n`)
      .join(''),
    specs,
  }
}

/** `$alien`; or `$alien2` and so on, for a source text that contains that, or names like those of generated functions. */
export function freeNamespace(sourceText: string): string {
  if (!sourceText.includes(NAMESPACE) && !/\$[a-z]+_/.test(sourceText)) return NAMESPACE
  let count = 2
  while (sourceText.includes(NAMESPACE + count)) count++
  return NAMESPACE + count
}

function routeToSpec(route: RouteModel, emitter: Emitter): string {
  const { name, output, args, result, returns } = route
  const entries = [`contract: ${CONTRACT}, name: ${literal(name)}, output: ${literal(output)}`]
  if (args) entries.push(`args: ${argsSpec(args, `${name}_args`, emitter)}`)
  if (result) entries.push(`result: ${outputSpec(result, `${name}_result`, output === 'stream', emitter)}`)
  if (returns) entries.push(`returns: ${outputSpec(returns, `${name}_returns`, false, emitter)}`)
  entries.push(...writeEntries(route, { ...emitter.scope, hint: name, domain: 'native' }))
  return specText([...entries, ...formatsEntry(modelsOf(route), emitter)], emitter)
}

function argsSpec({ source, model, text, strict }: ArgsModel, hint: string, emitter: Emitter): string {
  const texts = Object.entries(text).map(([name, table]) => `${objectKey(name)}: ${jsonText(table)}`)
  return objectText([
    `source: ${literal(source)}, text: ${objectText(texts)}${strict ? ', strict: true' : ''}`,
    ...inputEntries(model, hint, strict === true, emitter),
  ])
}
