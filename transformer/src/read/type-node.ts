// The vocabulary of reading types: a model with what is wrong in it, kept apart so that one reading serves every use.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { RuleName } from '../model/finding.ts'
import type { TypeModel } from '../model/type-model.ts'

/** Beyond these a type is `type-too-deep`. They bound the generated code and the analysis' own stack. */
export const TYPE_LIMITS = {
  /** Levels of nameless types nested in each other. */
  depth: 50,
  /** Instantiations of one generic type nested in each other: a type that grows at each level never ends. */
  nestedInstantiations: 8,
  unionMembers: 1000,
  properties: 1000,
  /** Places named in one message. */
  reportedPaths: 20,
} as const

/** Why `undefined` is refused where a value must stand. */
export const UNDEFINED_HERE = 'may be undefined, which JSON cannot hold there; use null'

export interface Problem {
  readonly rule: RuleName
  /** Continues "args.run: ". */
  readonly message: string
  /** From the type it belongs to: `[]`, or nothing for the type itself. */
  readonly step: string
  /** Only wrong in what a client sends. */
  readonly argsOnly?: boolean
  /** Only wrong in what a server sends. */
  readonly sentOnly?: boolean
}

/** One type, read once. Problems of its parts stay with the parts: a recursive type is then no special case. */
export interface TypeNode {
  /** How a use of the type looks: a `ref` where the type has a name. Set once the type was read. */
  model: TypeModel
  readonly problems: Problem[]
  readonly children: { readonly step: string; readonly node: TypeNode }[]
  /** Problems that show only once all parts are read, recursive ones included. Asked once, and then no more. */
  late?: () => Problem[]
}

/** What the readers of single kinds get, so that they recur through an argument and not through imports. */
export interface TypeReader {
  readonly compiler: Compiler
  read(type: ts.Type): TypeNode
  /** What a `ref` of this reader stands for, once everything is read. */
  lookUp(id: string): TypeModel
  /** True of declarations of '@alien-rpc/service' itself: their names never reach the emitted client. */
  isServiceSymbol(symbol: ts.Symbol): boolean
}

export function createNode(model: TypeModel, problems: Problem[] = []): TypeNode {
  return { model, problems, children: [] }
}

export function problem(rule: RuleName, message: string, step = ''): Problem {
  return { rule, message, step }
}

/** A node that stands where nothing can be: only its problem matters. */
export function rejected(rule: RuleName, message: string): TypeNode {
  return createNode({ kind: 'never' }, [problem(rule, message)])
}

const MAX_TYPE_TEXT = 120

/** A type as the user would write it, on one line and shortened. */
export function typeText({ checker }: Compiler, type: ts.Type): string {
  const text = checker.typeToString(type).replace(/\s+/g, ' ')
  return text.length > MAX_TYPE_TEXT ? `${text.slice(0, MAX_TYPE_TEXT)}…` : text
}
