// A route in → the schema of its rows and the code at either end that writes and reads them, out. PROTOCOL.md, "Rows".
import type {
  AnswerModel,
  AnyRouteModel,
  CallModel,
  RouteModel,
  SocketModel,
  VariantGroup,
} from '../model/route-model.ts'
import type { TypeGraph, TypeModel } from '../model/type-model.ts'
import { arrow, type CheckScope } from './check-scope.ts'
import { literal, objectText } from './code.ts'
import { modelToRowWriter } from './model-to-row-writer.ts'
import { fitsRows, modelToUnpack } from './model-to-rows.ts'
import { modelsToSchema } from './models-to-schema.ts'
import { admits, createTypes, readsNullAsUndefined, type Types } from './type-facts.ts'

/** The same routes; those whose answers can be rows, all of them, have the schema of them. */
export function withRows(routes: readonly AnyRouteModel[], graph: TypeGraph): AnyRouteModel[] {
  const types = createTypes(graph)
  return routes.map(route => {
    const answers: readonly Answer[] = route.output === 'socket' ? socketAnswers(route) : [route]
    const models = answers.flatMap(({ result, returns }) => [result, returns])
    if (!models.some(model => model) || !models.every(model => !model || fits(model, types))) return route
    const values = answers.flatMap(({ values = [] }) => values)
    const variants = values.map((value): TypeModel => ({ kind: 'literal', value }))
    return { ...route, rows: modelsToSchema([...models, ...variants], types) }
  })
}

/** Of a group of variants: by which values it is asked for. */
type Answer = AnswerModel & Partial<Pick<VariantGroup, 'values'>>

function fits(model: TypeModel, types: Types): boolean {
  return fitsRows(model, types) && (!admits(model, 'undefined', types) || readsNullAsUndefined(model, types))
}

function socketAnswers({ request, subscribe }: SocketModel): Answer[] {
  const of = (call: CallModel | undefined): readonly Answer[] => call?.variants?.groups ?? [call ?? {}]
  return [...of(request), ...of(subscribe)]
}

/** `unpack` and `unpackReturn` of a ClientCodec. */
export function unpackAnswer({ result, returns }: AnswerModel, scope: CheckScope): string[] {
  return converters(result, returns, ['unpack', 'unpackReturn'], model =>
    arrow('v', modelToUnpack(model, 'v', scope), scope.functions),
  )
}

/** `rows` of a CompiledRoute, or nothing. */
export function writeEntries({ name, rows, result, returns }: RouteModel, scope: CheckScope): string[] {
  if (rows === undefined) return []
  const write = (model: TypeModel) => modelToRowWriter(model, { ...scope, hint: name })
  return [rowsEntry(rows, converters(result, returns, ['write', 'writeReturn'], write))]
}

/** `rows` of a ClientRoute, or nothing. */
export function unpackEntries(route: RouteModel, scope: CheckScope): string[] {
  if (route.rows === undefined) return []
  return [rowsEntry(route.rows, unpackAnswer(route, { ...scope, hint: route.name }))]
}

function rowsEntry(schema: string, parts: readonly string[]): string {
  return `rows: ${objectText([`schema: ${literal(schema)}`, ...parts])}`
}

function converters(
  result: TypeModel | undefined,
  returns: TypeModel | undefined,
  [ofResult, ofReturn]: readonly [string, string],
  convert: (model: TypeModel) => string,
): string[] {
  const converter = (key: string, model: TypeModel | undefined) =>
    model ? [`${key}: ${convert(model)}`] : []
  return [...converter(ofResult, result), ...converter(ofReturn, returns)]
}
