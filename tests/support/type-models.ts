// Short ways to write TypeModels and RouteModels in tests, and emitted code made runnable.
import { transformSync } from 'esbuild'
import type { RouteDetails } from '../../runtime/src/client/client-route.ts'
import type { ClientRoutes } from '../../runtime/src/client/client-table.ts'
import * as clientRuntime from '../../runtime/src/client.ts'
import {
  type BytesName,
  type CompiledRoute,
  MISMATCH,
  type TemplateHole,
} from '../../runtime/src/compiled-route.ts'
import * as generated from '../../runtime/src/generated.ts'
import { routesToClientModule } from '../../transformer/src/emit/routes-to-client-module.ts'
import { routesToServerCode } from '../../transformer/src/emit/routes-to-server-code.ts'
import type {
  AnyRouteModel,
  ArgsModel,
  RouteModel,
  SocketModel,
} from '../../transformer/src/model/route-model.ts'
import type {
  ArrayConstraint,
  NamedType,
  NumberConstraint,
  PropertyModel,
  StringConstraint,
  TypeGraph,
  TypeModel,
} from '../../transformer/src/model/type-model.ts'

export const string: TypeModel = { kind: 'string' }
export const number: TypeModel = { kind: 'number' }
export const boolean: TypeModel = { kind: 'boolean' }
export const nothing: TypeModel = { kind: 'null' }
export const absent: TypeModel = { kind: 'undefined' }
export const unknown: TypeModel = { kind: 'unknown' }
export const never: TypeModel = { kind: 'never' }
export const date: TypeModel = { kind: 'date' }
export const bigint: TypeModel = { kind: 'bigint' }
export const url: TypeModel = { kind: 'url' }
export const regexp: TypeModel = { kind: 'regexp' }
export const error: TypeModel = { kind: 'error' }
export const bytes = (type: BytesName = 'Uint8Array'): TypeModel => ({ kind: 'bytes', type })
export const bigintLiteral = (text: string): TypeModel => ({ kind: 'bigintLiteral', text })
export const stringWith = (...constraints: StringConstraint[]): TypeModel => ({ kind: 'string', constraints })
export const numberWith = (...constraints: NumberConstraint[]): TypeModel => ({ kind: 'number', constraints })
export const bigintWith = (...constraints: NumberConstraint[]): TypeModel => ({ kind: 'bigint', constraints })
export const arrayWith = (item: TypeModel, ...constraints: ArrayConstraint[]): TypeModel => ({
  kind: 'array',
  item,
  readonly: false,
  constraints,
})
export const set = (item: TypeModel, ...constraints: ArrayConstraint[]): TypeModel => ({
  kind: 'set',
  item,
  readonly: false,
  constraints,
})
export const map = (key: TypeModel, value: TypeModel): TypeModel => ({
  kind: 'map',
  key,
  value,
  readonly: false,
})

/** From the type's parts: `template('id-', 'number', '')`. */
export function template(first: string, ...parts: string[]): TypeModel {
  const holes = parts.filter((_, index) => index % 2 === 0) as TemplateHole[]
  const texts = [first, ...parts.filter((_, index) => index % 2 === 1)]
  const text = texts.map((part, index) => (holes[index] ? `${part}\${${holes[index]}}` : part)).join('')
  return { kind: 'template', texts, holes, text: `\`${text}\`` }
}

export const literal = (value: string | number | boolean): TypeModel => ({ kind: 'literal', value })
export const array = (item: TypeModel, readonly = false): TypeModel => ({ kind: 'array', item, readonly })
export const union = (...members: TypeModel[]): TypeModel => ({ kind: 'union', members })
export const ref = (id: string): TypeModel => ({ kind: 'ref', id })

export const tuple = (
  items: TypeModel[],
  required = items.length,
  rest?: TypeModel,
  trailing?: TypeModel[],
): TypeModel => ({
  kind: 'tuple',
  items: items.map(model => ({ model })),
  required,
  readonly: false,
  ...(rest ? { rest } : {}),
  ...(trailing ? { trailing: trailing.map(model => ({ model })) } : {}),
})

/** A key that ends in `?` is an optional property. Names that do so themselves need `property`. */
export function object(shape: Readonly<Record<string, TypeModel>>, index?: TypeModel): TypeModel {
  const properties = Object.entries(shape).map(([key, model]) =>
    key.endsWith('?') ? property(key.slice(0, -1), model, true) : property(key, model),
  )
  return objectOf(properties, index)
}

export function objectOf(properties: readonly PropertyModel[], index?: TypeModel): TypeModel {
  return { kind: 'object', properties, ...(index ? { index } : {}) }
}

export function property(name: string, model: TypeModel, optional = false, doc?: string): PropertyModel {
  return { name, model, optional, readonly: false, ...(doc === undefined ? {} : { doc }) }
}

export function graph(models: Readonly<Record<string, TypeModel | Omit<NamedType, 'id'>>>): TypeGraph {
  const named = Object.entries(models).map(([id, model]): [string, NamedType] => [
    id,
    'kind' in model ? { id, name: id, model } : { id, ...model },
  ])
  return new Map(named)
}

export const noTypes: TypeGraph = new Map()

export function route(name: string, parts: Partial<RouteModel> = {}): RouteModel {
  const place = { file: 'routes.ts', start: 0, length: 1 }
  return {
    name,
    method: 'POST',
    path: `/${name}`,
    output: 'value',
    place,
    call: { start: 0, end: 1 },
    ...parts,
  }
}

export function socket(name: string, parts: Partial<SocketModel> = {}): SocketModel {
  const { place, call } = route(name)
  return { name, path: `/${name}`, output: 'socket', params: [], place, call, ...parts }
}

export function bodyArgs(model: TypeModel): ArgsModel {
  return { source: 'whole', model, text: {} }
}

/** The specs of routes, by name, as a server would see them. */
export function runServerCode(
  routes: readonly AnyRouteModel[],
  types: TypeGraph = noTypes,
): Record<string, CompiledRoute> {
  const { helpers, specs } = routesToServerCode(routes, types)
  const entries = specs.map(({ name, text }) => `[${JSON.stringify(name)}, ${text}]`)
  return new Function(
    '$alien',
    `"use strict"\n${helpers}\nreturn Object.fromEntries([${entries.join(',\n')}])`,
  )(generated)
}

/** One type, as arguments and as a result. */
export function compileType(model: TypeModel, types: TypeGraph = noTypes, strict = false) {
  const own = { ...bodyArgs(model), ...(strict ? { strict: true as const } : {}) }
  const compiled = runServerCode([route('it', { args: own, result: model })], types).it!
  const { args, result } = compiled as Required<CompiledRoute>
  return {
    checkJson: (value: unknown) => args.read(value) !== MISMATCH,
    decode: args.read,
    tableOfJson: args.table,
    checkNative: result.check,
    /** The JSON value of what is sent. */
    encode: (value: unknown): unknown => {
      const text = result.stringify(value as never)
      return text === undefined ? undefined : JSON.parse(text)
    },
    stringify: result.stringify as (value: unknown) => string | undefined,
    tableOfNative: result.table,
  }
}

/** What the table of calls in an emitted client module says of each route. */
export function runClientModule(routes: readonly AnyRouteModel[], types: TypeGraph = noTypes) {
  const { code } = transformSync(routesToClientModule(routes, types), { loader: 'ts', format: 'cjs' })
  const module = { exports: {} as Record<string, unknown> }
  const client = { ...clientRuntime, createRpcClient: (_options: unknown, table: unknown) => table }
  new Function('module', 'require', code)(module, () => client)
  const createClient = module.exports.createClient as (options: object) => ClientRoutes
  const table = createClient({})
  const details = Object.entries(table).map(([name, entry]) => [name, entry[2] ?? {}])
  return {
    exports: module.exports,
    table,
    routes: Object.fromEntries(details) as Record<string, RouteDetails>,
  }
}

/** How a client turns the JSON of a result into the declared value. */
export function clientDecode(model: TypeModel, types: TypeGraph = noTypes): (value: unknown) => unknown {
  const { decode } = runClientModule([route('it', { result: model })], types).routes.it!
  return (decode as ((value: unknown) => unknown) | undefined) ?? (value => value)
}

/** How a client turns an argument into what JSON.stringify may be given. */
export function clientEncode(model: TypeModel, types: TypeGraph = noTypes): (value: unknown) => unknown {
  const { encode } = runClientModule([route('it', { args: bodyArgs(model) })], types).routes.it!
  return (encode as ((value: unknown) => unknown) | undefined) ?? (value => value)
}
