// What `onRequest` or `onSubscribe` returns in → the types that are sent, or why they cannot be, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { type AnswerTypes, kindOf, SYNC, sentTypes, streamedTypes } from './return-to-output.ts'

export type CallKind = 'request' | 'subscribe'

/** Promises are taken apart. A string continues "onRequest returns ". */
export function answerTypes(
  compiler: Compiler,
  kind: CallKind,
  returned: readonly ts.Type[],
): AnswerTypes | string {
  const awaited = returned.map(type => compiler.checker.getAwaitedType(type) ?? type)
  return kind === 'request' ? responseTypes(compiler, awaited) : subscriptionTypes(compiler, awaited)
}

function responseTypes(compiler: Compiler, awaited: readonly ts.Type[]): AnswerTypes | string {
  for (const part of awaited.flatMap(unionParts)) {
    const kind = kindOf(compiler, part)
    const text = compiler.checker.typeToString(part)
    if (kind === 'stream') return `${text}, a stream: a request has one answer. Answer it in onSubscribe`
    if (kind === 'response') return `${text}, but an HTTP answer cannot be sent over a socket`
    if (kind === 'iterator') return `${text}, which ${SYNC}`
  }
  return { result: sentTypes(compiler, awaited), returns: [] }
}

/** The async iterables that `onSubscribe` returns, or that functions which it returns make. */
export function subscriptionStreams(compiler: Compiler, returned: ts.Type): readonly ts.Type[] {
  const awaited = compiler.checker.getAwaitedType(returned) ?? returned
  return subscriptionParts(compiler, [awaited]).flatMap(part => streamOf(compiler, part) ?? [])
}

// A part that is `undefined` is a subscription without items: a branch that no `return` ends.
function subscriptionParts(compiler: Compiler, awaited: readonly ts.Type[]): readonly ts.Type[] {
  return awaited.flatMap(unionParts).filter(part => sentTypes(compiler, [part]).length > 0)
}

function subscriptionTypes(compiler: Compiler, awaited: readonly ts.Type[]): AnswerTypes | string {
  const parts = subscriptionParts(compiler, awaited)
  const streams = parts.map(part => streamOf(compiler, part))
  const wrong = parts.find((_, index) => streams[index] === undefined)
  if (wrong) {
    const text = compiler.checker.typeToString(wrong)
    return `${text}, which is no async iterable, and no function without parameters that returns one. Write "return async function* () { … }"`
  }
  return streamedTypes(
    compiler,
    streams.flatMap(stream => stream ?? []),
  )
}

/** The async iterables that a type is, or that a call of it returns. */
function streamOf(compiler: Compiler, type: ts.Type): readonly ts.Type[] | undefined {
  if (kindOf(compiler, type) === 'stream') return [type]
  const [signature, ...more] = type.getCallSignatures()
  if (!signature || more.length > 0 || signature.parameters.some(it => isRequired(compiler, it)))
    return undefined
  const made = compiler.checker.getReturnTypeOfSignature(signature)
  const returned = unionParts(compiler.checker.getAwaitedType(made) ?? made)
  return returned.every(part => kindOf(compiler, part) === 'stream') ? returned : undefined
}

function isRequired({ ts }: Compiler, { valueDeclaration }: ts.Symbol): boolean {
  if (!valueDeclaration || !ts.isParameter(valueDeclaration)) return true
  const { dotDotDotToken, initializer, questionToken } = valueDeclaration
  return !dotDotDotToken && !initializer && !questionToken
}

export function unionParts(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type]
}
