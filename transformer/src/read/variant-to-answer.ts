// A variant and the exits of a handler in → the types that it is answered with out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { LiteralValue } from '../model/route-model.ts'
import type { SocketHandler } from './definition-to-handlers.ts'
import type { Exit } from './function-to-exits.ts'
import type { VariantReading } from './handler-to-variants.ts'
import { type AnswerTypes, type Iteration, itemTypes, iterationOf } from './return-to-output.ts'
import { answerTypes, type CallKind, unionParts } from './socket-answer-types.ts'

/** What these variants are answered with. A string says why that cannot be sent. */
export function answerOfVariants(
  compiler: Compiler,
  kind: CallKind,
  { exits, body }: VariantReading,
  { returned, signature }: SocketHandler,
  values: readonly LiteralValue[],
): AnswerTypes | string {
  const own = exits.filter(exit => values.some(value => exit.values.has(value)))
  const declaration = signature.getDeclaration()
  const isDeclared = declaration?.type !== undefined || compiler.ts.getJSDocReturnType(body) !== undefined
  const choose = (types: readonly ts.Type[], declared: readonly ts.Type[]) =>
    isDeclared ? declaredParts(compiler, types, declared) : uniqueTypes(compiler, types)
  const whole = compiler.checker.getAwaitedType(returned) ?? returned
  if (!body.asteriskToken) {
    const types = awaitedParts(
      compiler,
      own.flatMap(exit => typesOf(compiler, exit)),
    )
    return answerTypes(compiler, kind, choose(types, [whole]))
  }
  const declared = iterationOf(compiler, whole)
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
