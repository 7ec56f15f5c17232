// A type in → which of the platform's own types it is out. A user's type of the same name is none of them.
import type { BytesName } from '@alien-rpc/service/generated'
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { TypeModel, WireKind } from '../model/type-model.ts'

const STREAM = 'is a stream inside a value: a stream is what the handler itself returns'
const SYNC = 'is a synchronous iterator: return an array, or stream it with "async function*"'
const WRAPPER = 'is a wrapper object: use the primitive in lower case'
const HTTP = 'belongs to one HTTP exchange and has no form on the wire'
const WEAK = 'does not let its contents be listed: use a Map, a Set or an array'
const BYTES = 'has no form on the wire: send its bytes as a Uint8Array'
const FORM = 'has no form on the wire: use an object or Record<string, string>'

/** Why each of the platform's types is no part of a value. Those of `WIRE_TYPES` and arrays are not here: they are. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['Promise', 'is a promise inside a value: await it'],
  ['PromiseLike', 'is a promise inside a value: await it'],
  ['Function', 'is a function'],
  ['Object', 'says nothing of what is in it: use unknown or Record<string, unknown>'],
  ...each(
    ['AsyncGenerator', 'AsyncIterable', 'AsyncIterableIterator', 'AsyncIterator', 'ReadableStream'],
    STREAM,
  ),
  ...each(['Generator', 'Iterator', 'Iterable', 'IterableIterator', 'IteratorObject', 'ArrayIterator'], SYNC),
  ...each(['MapIterator', 'SetIterator'], SYNC),
  ...each(['String', 'Number', 'Boolean', 'Symbol', 'BigInt'], WRAPPER),
  ...each(['WeakMap', 'WeakSet', 'WeakRef'], WEAK),
  ...each(['SharedArrayBuffer', 'DataView', 'ArrayBufferView', 'Float16Array', 'Blob', 'File'], BYTES),
  ...each(['FormData', 'URLSearchParams'], FORM),
  ...each(['Request', 'Response', 'Headers', 'AbortSignal', 'AbortController'], HTTP),
])

function each(names: readonly string[], reason: string): [string, string][] {
  return names.map(name => [name, reason])
}

/** What a class of the platform is on the wire. Its type arguments, where it has some, are read on their own. */
export type PlatformModel =
  | { readonly kind: WireKind }
  | Extract<TypeModel, { kind: 'bytes' }>
  | { readonly kind: 'map'; readonly readonly: boolean }
  | { readonly kind: 'set'; readonly readonly: boolean }

const BYTES_TYPES: readonly BytesName[] = [
  ...(['ArrayBuffer', 'Uint8Array', 'Uint8ClampedArray', 'Int8Array', 'Uint16Array', 'Int16Array'] as const),
  ...([
    'Uint32Array',
    'Int32Array',
    'Float32Array',
    'Float64Array',
    'BigUint64Array',
    'BigInt64Array',
  ] as const),
]
const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError']

const WIRE_TYPES: ReadonlyMap<string, PlatformModel> = new Map<string, PlatformModel>([
  ['Date', { kind: 'date' }],
  ['URL', { kind: 'url' }],
  ['RegExp', { kind: 'regexp' }],
  ['Map', { kind: 'map', readonly: false }],
  ['ReadonlyMap', { kind: 'map', readonly: true }],
  ['Set', { kind: 'set', readonly: false }],
  ['ReadonlySet', { kind: 'set', readonly: true }],
  // Node's, and a Uint8Array: bytes have one form on the wire.
  ['Buffer', { kind: 'bytes', type: 'Uint8Array' }],
  ...BYTES_TYPES.map((type): [string, PlatformModel] => [type, { kind: 'bytes', type }]),
  ...[...ERRORS, 'AggregateError'].map((name): [string, PlatformModel] => [name, { kind: 'error' }]),
])

/** What a type of the platform is on the wire; undefined for all other types. */
export function platformModel(compiler: Compiler, type: ts.Type): PlatformModel | undefined {
  const model = type.symbol && WIRE_TYPES.get(type.symbol.name)
  return model && isPlatformSymbol(compiler, type.symbol) ? model : undefined
}

/** True of what is no object with properties on the wire: in an intersection, the rest is then a brand. `string & { __brand: 'Id' }` */
export function hasOwnForm(compiler: Compiler, type: ts.Type): boolean {
  const { ts, checker } = compiler
  const primitive =
    ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike
  if ((type.flags & (primitive | ts.TypeFlags.TypeParameter)) !== 0) return true
  return checker.isArrayType(type) || checker.isTupleType(type) || platformModel(compiler, type) !== undefined
}

/** The class of the platform that a class or interface of the user's extends, where that has a form of its own. */
export function platformBase(compiler: Compiler, type: ts.Type): ts.Type | undefined {
  const target = (type as Partial<ts.TypeReference>).target ?? type
  if ((type.flags & compiler.ts.TypeFlags.Object) === 0 || !target.isClassOrInterface()) return undefined
  for (const base of compiler.checker.getBaseTypes(target)) {
    const found = platformModel(compiler, base) ? base : platformBase(compiler, base)
    if (found) return found
  }
  return undefined
}

/** Why a type of the platform cannot be part of a value; undefined for all other types. */
export function platformProblem(compiler: Compiler, type: ts.Type): string | undefined {
  const reason = type.symbol && UNSUPPORTED.get(type.symbol.name)
  return reason !== undefined && isPlatformSymbol(compiler, type.symbol) ? reason : undefined
}

/** The web `Response` of the DOM's library, of Node's types or of undici, and classes that extend it. */
export function isWebResponse(compiler: Compiler, type: ts.Type): boolean {
  if (type.symbol?.name === 'Response' && isPlatformSymbol(compiler, type.symbol)) return true
  if (!type.isClassOrInterface()) return false
  return compiler.checker.getBaseTypes(type).some(base => isWebResponse(compiler, base))
}

/** Declared by TypeScript's libraries, or by a declaration file for everybody (`declare global`, an ambient script). */
export function isPlatformSymbol({ ts, program }: Compiler, symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(declaration => {
    const file = declaration.getSourceFile()
    if (program.isSourceFileDefaultLibrary(file)) return true
    if (!file.isDeclarationFile) return false
    if (!ts.isExternalModule(file) || file.fileName.includes('/node_modules/undici-types/')) return true
    return isInGlobalBlock(ts, declaration)
  })
}

function isInGlobalBlock(ts: Compiler['ts'], declaration: ts.Node): boolean {
  for (let node = declaration.parent; node; node = node.parent) {
    if (ts.isModuleDeclaration(node) && (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0) return true
  }
  return false
}

/** True of a type with `[Symbol.asyncIterator]` (or `iterator`). */
export function wellKnownMember(
  { ts, checker }: Compiler,
  type: ts.Type,
  name: 'asyncIterator' | 'iterator',
): ts.Symbol | undefined {
  if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return undefined
  // A member named by a symbol has an internal name, `__@asyncIterator@` and the symbol's number.
  return checker
    .getPropertiesOfType(type)
    .find(member => String(member.escapedName).startsWith(`__@${name}@`))
}
