// A type in → whether '@alien-rpc/service' made it out. Types are known by their brand, so aliases and re-exports do not matter.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'

const BRAND = '~alienRpc'

/** The brand's declaration if the type has this brand. */
export function brandOf(
  { checker }: Compiler,
  type: ts.Type,
  brand: 'builder' | 'tracked',
): ts.Symbol | undefined {
  const symbol = checker.getPropertyOfType(type, BRAND)
  if (!symbol) return undefined
  const value = checker.getNonNullableType(checker.getTypeOfSymbol(symbol))
  return value.isStringLiteral() && value.value === brand ? symbol : undefined
}
