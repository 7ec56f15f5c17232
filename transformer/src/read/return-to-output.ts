// What a handler returns in → whether it is a value, a stream or a Response, and the types that are sent, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { brandOf } from './brand.ts'
import { isPlatformSymbol, isWebResponse, wellKnownMember } from './global-types.ts'

export type OutputTypes =
  | ({ readonly output: 'value' | 'stream' } & AnswerTypes)
  | { readonly output: 'response' }

/** Empty lists: nothing is sent. */
export interface AnswerTypes {
  readonly result: readonly ts.Type[]
  readonly returns: readonly ts.Type[]
}

const MIXED =
  'a handler returns a value, a stream or a Response, always the same of the three; here it depends on the call'
export const SYNC = 'is a synchronous iterator: write "async function*", or return an array'

/** A string says why none of the three fits. */
export function outputOf(compiler: Compiler, returned: ts.Type): OutputTypes | string {
  const { checker } = compiler
  const awaited = checker.getAwaitedType(returned) ?? returned
  const parts = awaited.isUnion() ? awaited.types : [awaited]
  const kinds = new Set(parts.map(part => kindOf(compiler, part)))
  if (kinds.has('iterator')) return `${checker.typeToString(awaited)} ${SYNC}`
  if (kinds.size > 1) return `${checker.typeToString(awaited)}: ${MIXED}`
  if (kinds.has('response')) return { output: 'response' }
  if (!kinds.has('stream')) return { output: 'value', result: sentTypes(compiler, [awaited]), returns: [] }
  return { output: 'stream', ...streamedTypes(compiler, parts) }
}

/** Items and return values of async iterables. */
export function streamedTypes(compiler: Compiler, streams: readonly ts.Type[]): AnswerTypes {
  const ends = streams.map(part => iterationOf(compiler, part))
  const items = ends.flatMap(end => end.items)
  const returns = ends.flatMap(end => end.returns)
  return itemTypes(compiler, { items, returns })
}

/** What of a generator's items and return values is sent. */
export function itemTypes(compiler: Compiler, { items, returns }: Iteration): AnswerTypes {
  return {
    result: untracked(
      compiler,
      items.filter(type => !isNever(compiler, type)),
    ),
    returns: sentTypes(
      compiler,
      returns.filter(type => !isAny(compiler, type)),
    ),
  }
}

/** What a handler that returns this type answers with. */
export function kindOf(compiler: Compiler, type: ts.Type): 'value' | 'stream' | 'response' | 'iterator' {
  if (isWebResponse(compiler, type)) return 'response'
  if (isReadableStream(compiler, type) || wellKnownMember(compiler, type, 'asyncIterator')) return 'stream'
  return isSyncIterator(compiler, type) ? 'iterator' : 'value'
}

const SYNC_ITERATORS: ReadonlySet<string> = new Set([
  ...['Generator', 'Iterator', 'Iterable', 'IterableIterator', 'IteratorObject'],
  ...['ArrayIterator', 'MapIterator', 'SetIterator'],
])

function isSyncIterator(compiler: Compiler, type: ts.Type): boolean {
  return SYNC_ITERATORS.has(type.symbol?.name) && isPlatformSymbol(compiler, type.symbol)
}

// Libraries without `dom.asynciterable` do not say that it can be iterated, but it can.
function isReadableStream(compiler: Compiler, type: ts.Type): boolean {
  return type.symbol?.name === 'ReadableStream' && isPlatformSymbol(compiler, type.symbol)
}

export interface Iteration {
  readonly items: readonly ts.Type[]
  readonly returns: readonly ts.Type[]
}

const WELL_KNOWN: ReadonlySet<string> = new Set([
  ...['AsyncGenerator', 'AsyncIterable', 'AsyncIterableIterator', 'AsyncIteratorObject', 'ReadableStream'],
])

export function iterationOf(compiler: Compiler, type: ts.Type): Iteration {
  const { checker } = compiler
  if (WELL_KNOWN.has(type.symbol?.name) && isPlatformSymbol(compiler, type.symbol)) {
    const [item, returned] = checker.getTypeArguments(type as ts.TypeReference)
    const isStream = type.symbol.name === 'ReadableStream'
    return { items: item ? [item] : [], returns: returned && !isStream ? [returned] : [] }
  }
  const method = wellKnownMember(compiler, type, 'asyncIterator')
  const iterator = method && returnOf(checker, checker.getTypeOfSymbol(method))
  const next = iterator && checker.getPropertyOfType(iterator, 'next')
  const result = next && returnOf(checker, checker.getTypeOfSymbol(next))
  const awaited = result && checker.getAwaitedType(result)
  return awaited ? resultTypes(compiler, awaited) : { items: [checker.getAnyType()], returns: [] }
}

function returnOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  const signature = checker.getNonNullableType(type).getCallSignatures()[0]
  return signature && checker.getReturnTypeOfSignature(signature)
}

/** An iterator result: `{ done: true, value }` is the return value, everything else an item. */
function resultTypes({ checker }: Compiler, result: ts.Type): Iteration {
  const items: ts.Type[] = []
  const returns: ts.Type[] = []
  for (const part of result.isUnion() ? result.types : [result]) {
    const value = checker.getPropertyOfType(part, 'value')
    const done = checker.getPropertyOfType(part, 'done')
    const isEnd = done !== undefined && checker.typeToString(checker.getTypeOfSymbol(done)) === 'true'
    if (value) (isEnd ? returns : items).push(checker.getTypeOfSymbol(value))
  }
  return { items, returns }
}

/** `Tracked<T>` is `T` on the wire. */
function untracked(compiler: Compiler, items: readonly ts.Type[]): readonly ts.Type[] {
  const parts = items.flatMap(item => (item.isUnion() ? item.types : [item]))
  const values = parts.map(part => trackedValue(compiler, part))
  if (values.every(value => value === undefined)) return items
  return parts.map((part, index) => values[index] ?? part)
}

function trackedValue(compiler: Compiler, type: ts.Type): ts.Type | undefined {
  if ((type.flags & compiler.ts.TypeFlags.Object) === 0 || !brandOf(compiler, type, 'tracked'))
    return undefined
  const value = compiler.checker.getPropertyOfType(type, 'value')
  return value && compiler.checker.getTypeOfSymbol(value)
}

/** Nothing is sent of types that only say so: `void`, `undefined`, `never`. */
export function sentTypes({ ts }: Compiler, types: readonly ts.Type[]): readonly ts.Type[] {
  const nothing = ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never
  const parts = types.flatMap(type => (type.isUnion() ? type.types : [type]))
  return parts.every(part => (part.flags & nothing) !== 0) ? [] : types
}

function isNever({ ts }: Compiler, type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Never) !== 0
}

// `AsyncIterable<T>` stands for `AsyncIterable<T, any>`: it says nothing of a return value.
function isAny({ ts }: Compiler, type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Any) !== 0
}
