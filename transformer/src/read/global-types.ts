// A type in → which of the platform's own types it is out. A user's type of the same name is none of them.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'

const NOT_YET = 'is not supported on the wire yet'
const STREAM = 'is a stream inside a value: a stream is what the handler itself returns'
const SYNC = 'is a synchronous iterator: return an array, or stream it with "async function*"'
const WRAPPER = 'is a wrapper object: use the primitive in lower case'
const HTTP = 'belongs to one HTTP exchange and has no form on the wire'

/** Why each of the platform's types is no part of a value. `Date` and arrays are not here: they are. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['Promise', 'is a promise inside a value: await it'],
  ['PromiseLike', 'is a promise inside a value: await it'],
  ['Function', 'is a function'],
  ...each(
    ['AsyncGenerator', 'AsyncIterable', 'AsyncIterableIterator', 'AsyncIterator', 'ReadableStream'],
    STREAM,
  ),
  ...each(['Generator', 'Iterator', 'Iterable', 'IterableIterator', 'IteratorObject', 'ArrayIterator'], SYNC),
  ...each(['MapIterator', 'SetIterator'], SYNC),
  ...each(['String', 'Number', 'Boolean', 'Symbol', 'BigInt'], WRAPPER),
  ...each(['Map', 'Set', 'ReadonlyMap', 'ReadonlySet', 'WeakMap', 'WeakSet', 'WeakRef'], NOT_YET),
  ...each(['RegExp', 'Error', 'TypeError', 'RangeError', 'URL', 'URLSearchParams', 'DataView'], NOT_YET),
  ...each(['ArrayBuffer', 'SharedArrayBuffer', 'Buffer', 'Blob', 'File', 'FormData'], NOT_YET),
  ...each(
    ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
    NOT_YET,
  ),
  ...each(['Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'], NOT_YET),
  ...each(['Request', 'Response', 'Headers', 'AbortSignal', 'AbortController'], HTTP),
])

function each(names: readonly string[], reason: string): [string, string][] {
  return names.map(name => [name, reason])
}

export function isDate(compiler: Compiler, type: ts.Type): boolean {
  return type.symbol?.name === 'Date' && isPlatformSymbol(compiler, type.symbol)
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
