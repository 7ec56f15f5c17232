// What the analysis knows of a program's routes, as plain data.
import type { TextTable } from '@alien-rpc/service/generated'
import type { Finding, Place } from './finding.ts'
import type { TypeGraph, TypeModel } from './type-model.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RouteModel {
  /** The exported name: the client's method. */
  readonly name: string
  readonly method: HttpMethod
  readonly path: string
  /** The JSDoc text of the declaration. */
  readonly doc?: string
  /** Its JSDoc says `@internal`: no part of what is shipped to others. */
  readonly internal?: true
  /** The name in the declaration. */
  readonly place: Place
  /** The whole `route.get(…)` call: `[start, end)` offsets in `place.file`. */
  readonly call: { readonly start: number; readonly end: number }
  readonly output: 'value' | 'stream' | 'response'
  /** Absent when the handler takes no arguments. */
  readonly args?: ArgsModel
  /** The result or a stream's item. Absent: nothing is sent. */
  readonly result?: TypeModel
  /** A stream's return value. Absent: nothing is sent. */
  readonly returns?: TypeModel
  /** What the client speaks by default, where the route says. */
  readonly framing?: 'json' | 'msgpack'
  /** The schema of the answers where both ends may send and read them as rows, because the option `msgpack` is set. */
  readonly rows?: string
}

export interface ArgsModel {
  readonly source: 'query' | 'body' | 'whole' | 'none'
  /** All arguments, path parameters included. */
  readonly model: TypeModel
  /** How those that arrive as text are read: path parameters and, for 'query', the query. */
  readonly text: { readonly [name: string]: TextTable }
  /** Properties that the type does not declare are refused, at any depth; otherwise they are dropped. */
  readonly strict?: true
}

/** A socket route. Handlers that its definition does not have are absent. */
export interface SocketModel {
  /** The exported name: the client's method. */
  readonly name: string
  readonly path: string
  /** The JSDoc text of the declaration. */
  readonly doc?: string
  /** Its JSDoc says `@internal`: no part of what is shipped to others. */
  readonly internal?: true
  readonly place: Place
  /** As in RouteModel, of the `route.ws(…)` call. */
  readonly call: { readonly start: number; readonly end: number }
  readonly output: 'socket'
  /** As in RouteModel. */
  readonly framing?: 'json' | 'msgpack'
  /** Names of the path's parameters, in order. */
  readonly params: readonly string[]
  /** What `onMessage` takes. */
  readonly message?: TypeModel
  readonly request?: CallModel
  readonly subscribe?: CallModel
  /** As in RouteModel, of all that its calls are answered with. */
  readonly rows?: string
}

/** What a call over a socket is answered with. Absent: nothing is sent. */
export interface AnswerModel {
  /** The response, or an item of the subscription. */
  readonly result?: TypeModel
  /** A subscription's return value. */
  readonly returns?: TypeModel
}

/** `onRequest` or `onSubscribe`. The answer of its own is the union of all there are. */
export interface CallModel extends AnswerModel {
  readonly input: TypeModel
  readonly variants?: VariantsModel
}

export interface VariantsModel {
  /** The property whose literal decides what is answered. */
  readonly key: string
  /** At least two, in declared order; together they have every literal once. */
  readonly groups: readonly VariantGroup[]
}

/** Variants that are answered alike. */
export interface VariantGroup extends AnswerModel {
  readonly values: readonly LiteralValue[]
  readonly inputs: readonly VariantInput[]
}

/** One object type of the union. */
export interface VariantInput {
  readonly model: TypeModel
  /** Literals of the key; present when the type has others too, that are answered otherwise. */
  readonly only?: readonly LiteralValue[]
}

export type LiteralValue = string | number | boolean

export type AnyRouteModel = RouteModel | SocketModel

/** The whole result: routes without errors, everything found, sorted by file and place. */
export interface Analysis {
  /** Sorted by name. A route with an error is not among them. */
  readonly routes: readonly RouteModel[]
  /** The same of sockets. */
  readonly sockets: readonly SocketModel[]
  readonly types: TypeGraph
  readonly findings: readonly Finding[]
}
