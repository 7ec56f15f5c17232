// A property's symbol in → what it is to a value of its type (data, a method, a symbol's, nothing to see) out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { propertyStep } from './property-step.ts'

export type MemberKind = 'data' | 'method' | 'symbol' | 'hidden'

export function memberKind({ ts }: Compiler, symbol: ts.Symbol): MemberKind {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0]
  const inClass = declaration !== undefined && ts.isClassLike(declaration.parent)
  const isOfClass = inClass || (declaration !== undefined && ts.isParameter(declaration))
  if (declaration && isOfClass) {
    const modifiers = ts.getCombinedModifierFlags(declaration)
    if ((modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0) return 'hidden'
    if (ts.isPropertyDeclaration(declaration) && ts.isPrivateIdentifier(declaration.name)) return 'hidden'
    if (ts.isMethodDeclaration(declaration)) return isPublicName(ts, declaration.name) ? 'method' : 'hidden'
    // `get [Symbol.toStringTag]()` says something of the class, and is no data of a value.
    if (ts.isAccessor(declaration) && symbolName(symbol) !== undefined) return 'method'
  }
  if (String(symbol.escapedName).startsWith('__#')) return 'hidden'
  return symbolName(symbol) === undefined ? 'data' : 'symbol'
}

/** Names of symbol-keyed and private members are internal: `__@iterator@12`, `__#1@#secret`. */
function symbolName(symbol: ts.Symbol): string | undefined {
  return /^__@(.*)@\d+$/.exec(String(symbol.escapedName))?.[1]
}

/** How a member is written after its object: `.name`, `["odd name"]`, `[Symbol.iterator]`. */
export function memberStep({ ts }: Compiler, symbol: ts.Symbol): string {
  const internal = symbolName(symbol)
  if (internal === undefined) return propertyStep(symbol.name)
  const name = symbol.declarations?.[0] && ts.getNameOfDeclaration(symbol.declarations[0])
  return name && ts.isComputedPropertyName(name) ? name.getText() : `[${internal}]`
}

function isPublicName(ts: Compiler['ts'], name: ts.PropertyName): boolean {
  return !ts.isPrivateIdentifier(name)
}

/**
 * True of a property that only brands its type: its key is a symbol, and it comes from a part of an intersection that has
 * nothing but such keys. `{ id: string } & { readonly [brand]: 'User' }`: no value has it.
 */
export function isSymbolBrand(compiler: Compiler, type: ts.Type, symbol: ts.Symbol): boolean {
  if (!type.isIntersection()) return false
  const members = type.types.map(part => compiler.checker.getPropertiesOfType(part))
  const owners = members.filter(part => part.some(it => it.escapedName === symbol.escapedName))
  return owners.every(part => part.every(it => memberKind(compiler, it) === 'symbol'))
}

// Only shown in the client's types. What a mapped type makes of `readonly` is in a symbol's internal links and nowhere else.
export function isReadonly({ ts }: Compiler, symbol: ts.Symbol): boolean {
  const checkFlags = (symbol as ts.Symbol & { links?: { checkFlags?: number } }).links?.checkFlags ?? 0
  if ((checkFlags & CHECK_FLAGS.readonly) !== 0) return true
  if ((checkFlags & CHECK_FLAGS.mapped) !== 0) return false
  if ((symbol.flags & ts.SymbolFlags.GetAccessor) !== 0)
    return (symbol.flags & ts.SymbolFlags.SetAccessor) === 0
  return (symbol.declarations ?? []).some(
    declaration => (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly) !== 0,
  )
}
/** Of TypeScript's own `CheckFlags`. */
const CHECK_FLAGS = { readonly: 8, mapped: 262_144 } as const
