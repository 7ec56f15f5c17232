// A handler of requests in → with which types each variant of its input is answered, out.
import type ts from 'typescript'
import type { Compiler, TypeScript } from '../compiler.ts'
import type { LiteralValue } from '../model/route-model.ts'
import type { SocketHandler } from './definition-to-handlers.ts'
import { type FlowPoint, type Reference, typeAt } from './flow-internals.ts'
import { type Exit, exitsOf, type FunctionWithBody } from './function-to-exits.ts'
import { type InputVariants, variantsOf } from './input-to-variants.ts'
import { type AnswerTypes, type Iteration, itemTypes, iterationOf } from './return-to-output.ts'
import { answerTypes, type CallKind, unionParts } from './socket-answer-types.ts'
import { literalsOf } from './union-to-discriminant.ts'

/** A handler whose body says what becomes of each variant. */
export interface VariantReading {
  readonly variants: InputVariants
  readonly all: readonly LiteralValue[]
  readonly body: FunctionWithBody
  readonly exits: readonly ReachedExit[]
  /** The variants with which control can get there. All of them where that is not known. */
  valuesAt(point: FlowPoint | undefined): ReadonlySet<LiteralValue>
}

export type ReachedExit = Exit & { readonly values: ReadonlySet<LiteralValue> }

/** Undefined where the input has no variants, or the body cannot be seen. */
export function readVariants(
  compiler: Compiler,
  { args, signature }: SocketHandler,
): VariantReading | undefined {
  const { ts, checker } = compiler
  const body = signature.getDeclaration() as FunctionWithBody | undefined
  const variants = variantsOf(compiler, args)
  const reference = body?.body && variants && referenceTo(compiler, body, variants.key)
  if (!body || !variants || !reference) return undefined
  const all = variants.members.flatMap(({ values }) => values)
  const valuesAt = (point: FlowPoint | undefined): ReadonlySet<LiteralValue> => {
    const type = point && typeAt(compiler, reference, point)
    if (!type) return new Set(all)
    if ((type.flags & ts.TypeFlags.Never) !== 0) return new Set()
    return new Set(literalsOf({ ts, checker }, type) ?? all)
  }
  const exits = exitsOf(ts, body)
    .filter(exit => !exit.isEnd || mayEndWithout(compiler, body, signature))
    .map(exit => ({ ...exit, values: valuesAt(exit.point) }))
  return { variants, all, body, exits, valuesAt }
}

/** `request.type`, or `type` where the parameter is `{ type }`. */
function referenceTo(
  { ts, checker }: Compiler,
  { parameters }: FunctionWithBody,
  key: string,
): Reference | undefined {
  const parameter = parameters.find(it => it.name.getText() !== 'this')?.name
  if (!parameter || ts.isArrayBindingPattern(parameter)) return undefined
  const name = ts.isIdentifier(parameter) ? parameter : boundName(ts, parameter, key)
  const symbol = name && checker.getSymbolAtLocation(name)
  if (!name || !symbol) return undefined
  return { symbol, name: name.text, ...(ts.isIdentifier(parameter) ? { key } : {}) }
}

function boundName(
  ts: TypeScript,
  { elements }: ts.ObjectBindingPattern,
  key: string,
): ts.Identifier | undefined {
  for (const { name, propertyName, initializer, dotDotDotToken } of elements) {
    const property = propertyName ?? name
    const isKey = (ts.isIdentifier(property) || ts.isStringLiteralLike(property)) && property.text === key
    if (isKey && ts.isIdentifier(name) && !initializer && !dotDotDotToken) return name
  }
  return undefined
}

// The checker leaves `undefined` out of what a function returns when its end cannot be reached, as after a call that never returns.
function mayEndWithout(
  compiler: Compiler,
  { asteriskToken }: FunctionWithBody,
  signature: ts.Signature,
): boolean {
  const { ts, checker } = compiler
  const returned = checker.getReturnTypeOfSignature(signature)
  const awaited = checker.getAwaitedType(returned) ?? returned
  const types = asteriskToken ? iterationOf(compiler, awaited).returns : [awaited]
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Any | ts.TypeFlags.Unknown
  return types.flatMap(unionParts).some(part => (part.flags & nothing) !== 0)
}

/** What one variant is answered with. A string says why that cannot be sent. */
export function answerOfVariant(
  compiler: Compiler,
  kind: CallKind,
  { exits, body }: VariantReading,
  { returned, signature }: SocketHandler,
  value: LiteralValue,
): AnswerTypes | string {
  const own = exits.filter(exit => exit.values.has(value))
  const declaration = signature.getDeclaration()
  const isDeclared = declaration?.type !== undefined || compiler.ts.getJSDocReturnType(body) !== undefined
  const choose = (types: readonly ts.Type[], declared: readonly ts.Type[]) =>
    isDeclared ? declaredParts(compiler, types, declared) : uniqueTypes(compiler, types)
  if (!body.asteriskToken) {
    const declared = awaitedParts(compiler, [returned])
    return answerTypes(
      compiler,
      kind,
      choose(
        awaitedParts(
          compiler,
          own.flatMap(exit => typesOf(compiler, exit)),
        ),
        declared,
      ),
    )
  }
  const declared = iterationOf(compiler, compiler.checker.getAwaitedType(returned) ?? returned)
  const generated = iterationOfExits(compiler, own)
  return itemTypes(compiler, {
    items: choose(generated.items, declared.items),
    returns: choose(generated.returns, declared.returns),
  })
}

function iterationOfExits(compiler: Compiler, exits: readonly Exit[]): Iteration {
  const of = (kind: Exit['kind']) =>
    exits.filter(exit => exit.kind === kind).flatMap(exit => typesOf(compiler, exit))
  const delegated = of('delegate').flatMap(type => iterationOf(compiler, type).items)
  return {
    items: [...awaitedParts(compiler, of('yield')), ...delegated],
    returns: awaitedParts(compiler, of('return')),
  }
}

function typesOf({ checker }: Compiler, { expression }: Exit): readonly ts.Type[] {
  return [expression ? checker.getTypeAtLocation(expression) : checker.getUndefinedType()]
}

function awaitedParts({ checker }: Compiler, types: readonly ts.Type[]): ts.Type[] {
  return types.map(type => checker.getAwaitedType(type) ?? type).flatMap(unionParts)
}

/**
 * The parts of a declared result that these types are: what the author declared is what is sent, and a type that
 * has more in it does not change that.
 */
function declaredParts(
  { ts, checker }: Compiler,
  types: readonly ts.Type[],
  declared: readonly ts.Type[],
): readonly ts.Type[] {
  const parts = declared.flatMap(unionParts)
  const chosen = new Set<ts.Type>()
  for (const type of types.flatMap(unionParts)) {
    if ((type.flags & ts.TypeFlags.Never) !== 0) continue
    const fitting = parts.filter(part => checker.isTypeAssignableTo(type, part))
    for (const part of fitting.length > 0 ? fitting : parts) chosen.add(part)
  }
  return chosen.size === parts.length ? declared : [...chosen]
}

/** Without repetitions, `never`, and literals whose base type is there too. */
function uniqueTypes({ ts }: Compiler, types: readonly ts.Type[]): readonly ts.Type[] {
  const parts = new Set(types.flatMap(unionParts))
  const has = (flag: ts.TypeFlags) => [...parts].some(part => (part.flags & flag) !== 0)
  const [hasString, hasNumber] = [has(ts.TypeFlags.String), has(ts.TypeFlags.Number)]
  return [...parts].filter(part => {
    if ((part.flags & ts.TypeFlags.Never) !== 0) return false
    return !(hasString && part.isStringLiteral()) && !(hasNumber && part.isNumberLiteral())
  })
}
