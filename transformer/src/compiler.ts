// The TypeScript that the host runs, injected: nothing here imports `typescript` but for its types.
import type ts from 'typescript'

export type TypeScript = typeof ts

/** What the analysis needs of a host. */
export interface Compiler {
  readonly ts: TypeScript
  readonly program: ts.Program
  readonly checker: ts.TypeChecker
}
