// A route in → the schema of its rows and the code at either end that writes and reads them, out. PROTOCOL.md, "Rows".
import type { AnyRouteModel, RouteModel } from '../model/route-model.ts'
import type { TypeGraph, TypeModel } from '../model/type-model.ts'
import { arrow, type CheckScope } from './check-scope.ts'
import { literal, objectText } from './code.ts'
import { fitsRows, modelToPack, modelToUnpack } from './model-to-rows.ts'
import { modelsToSchema } from './models-to-schema.ts'
import { admits, createTypes, readsNullAsUndefined, type Types } from './type-facts.ts'

/** The same routes; those whose answers can be rows have the schema of them. */
export function withRows<Route extends AnyRouteModel>(routes: readonly Route[], graph: TypeGraph): Route[] {
  const types = createTypes(graph)
  return routes.map(route => {
    if (route.output === 'socket' || !hasRows(route, types)) return route
    return { ...route, rows: modelsToSchema([route.result, route.returns], types) }
  })
}

function hasRows({ result, returns }: RouteModel, types: Types): boolean {
  const fits = (model: TypeModel) =>
    fitsRows(model, types) && (!admits(model, 'undefined', types) || readsNullAsUndefined(model, types))
  return result !== undefined && fits(result) && (returns === undefined || fits(returns))
}

/** `rows` of a CompiledRoute, or nothing. */
export function packEntries(route: RouteModel, scope: CheckScope): string[] {
  return entries(route, scope, ['pack', 'packReturn'], modelToPack)
}

/** `rows` of a ClientRoute, or nothing. */
export function unpackEntries(route: RouteModel, scope: CheckScope): string[] {
  return entries(route, scope, ['unpack', 'unpackReturn'], modelToUnpack)
}

function entries(
  { name, rows, result, returns }: RouteModel,
  scope: CheckScope,
  [ofResult, ofReturn]: readonly [string, string],
  convert: typeof modelToPack,
): string[] {
  if (rows === undefined) return []
  const converter = (key: string, model: TypeModel | undefined) =>
    model ? [`${key}: ${arrow('v', convert(model, 'v', { ...scope, hint: name }), scope.functions)}`] : []
  const parts = [`schema: ${literal(rows)}`, ...converter(ofResult, result), ...converter(ofReturn, returns)]
  return [`rows: ${objectText(parts)}`]
}
