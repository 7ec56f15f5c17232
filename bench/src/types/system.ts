// What an adapter file provides: the same operations for every case, by one library each.
import type { CaseName } from './shapes.ts'

/** Each takes a value that came out of JSON.parse, but for `encode`, which takes a handler's value. */
export interface Operations {
  /** True of a value of the type; unknown properties are no matter. */
  readonly check?: (value: unknown) => boolean
  /** The same, but false if there are unknown properties at any depth. */
  readonly checkStrict?: (value: unknown) => boolean
  /** What is wrong with a value that is refused: every place, with what was expected there. */
  readonly explain?: (value: unknown) => readonly unknown[]
  /** Checks, then a fresh value without unknown properties. Throws, or gives `REFUSED`, for a value that is refused. */
  readonly decode?: (value: unknown) => unknown
  /** The same, but unknown properties are refused. */
  readonly decodeStrict?: (value: unknown) => unknown
  /** The JSON text of declared properties. */
  readonly encode?: (value: unknown) => string
  /** The same after a check of the value. */
  readonly checkAndEncode?: (value: unknown) => string
}

export type OperationName = keyof Operations

export interface System {
  /** As the tables call it. */
  readonly name: string
  readonly version: string
  readonly cases: { readonly [name in CaseName]?: Operations }
}

/** What `decode` gives for a value that is refused, where the library has no such answer of its own: our own symbol for it. */
// Registered, because each compilation of the peers has its own copy of this module.
export const REFUSED: unique symbol = Symbol.for('alien-rpc.mismatch')
