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

/** The whole result: routes without errors, everything found, sorted by file and place. */
export interface Analysis {
  /** Sorted by name. A route with an error is not among them. */
  readonly routes: readonly RouteModel[]
  readonly types: TypeGraph
  readonly findings: readonly Finding[]
}
