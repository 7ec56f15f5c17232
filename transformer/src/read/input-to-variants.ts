// The type of a request in → the property whose literals tell its variants apart, and the variant of each, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { compareText } from '../diagnostics/findings.ts'
import type { LiteralValue } from '../model/route-model.ts'
import { unionParts } from './socket-answer-types.ts'
import { findDiscriminant, isPlainObject, requiredLiterals } from './union-to-discriminant.ts'

export interface InputVariants {
  readonly key: string
  readonly members: readonly { readonly type: ts.Type; readonly values: readonly LiteralValue[] }[]
}

/** Undefined for a type that has no such property. One object with a property of string literals is a union of one. */
export function variantsOf(compiler: Compiler, input: ts.Type): InputVariants | undefined {
  const types = unionParts(input)
  if (!types.every(type => isPlainObject(compiler, type))) return undefined
  const key = types.length > 1 ? findDiscriminant(compiler, types) : literalProperty(compiler, types[0]!)
  if (key === undefined) return undefined
  const members = types
    .map(type => ({ type, values: sortLiterals(requiredLiterals(compiler, type, key) ?? []) }))
    .sort((a, b) => compareText(String(a.values[0]), String(b.values[0])))
  const texts = members.flatMap(({ values }) => values.map(String))
  // At run time a variant is looked up by the text of its literal.
  return new Set(texts).size === texts.length ? { key, members } : undefined
}

// In a type they have an order that depends on the rest of the program.
function sortLiterals(values: readonly LiteralValue[]): LiteralValue[] {
  return [...values].sort((a, b) => compareText(String(a), String(b)))
}

function literalProperty(compiler: Compiler, object: ts.Type): string | undefined {
  const names = compiler.checker.getPropertiesOfType(object).map(property => property.name)
  return names.find(name => {
    const values = requiredLiterals(compiler, object, name)
    return values !== undefined && values.length > 0 && values.every(value => typeof value === 'string')
  })
}
