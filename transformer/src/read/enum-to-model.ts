// An enum type in → its members in declared order and the union of their values out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { NamedType, TypeModel } from '../model/type-model.ts'
import { type Problem, problem } from './type-node.ts'

export interface EnumReading {
  readonly model: TypeModel
  /** Absent when a member is computed at run time: it is then no more than a number. */
  readonly enumMembers?: NonNullable<NamedType['enumMembers']>
  readonly problems: Problem[]
}

export function readEnumMembers({ ts, checker }: Compiler, type: ts.UnionType): EnumReading {
  const members: { name: string; value: string | number }[] = []
  const problems: Problem[] = []
  let isComputed = false
  for (const symbol of type.symbol.exports?.values() ?? []) {
    const declaration = symbol.valueDeclaration
    if (!declaration || !ts.isEnumMember(declaration)) continue
    const value = checker.getConstantValue(declaration)
    if (value === undefined) isComputed = true
    else if (typeof value === 'number' && !Number.isFinite(value)) {
      problems.push(
        problem('not-serializable', `${symbol.name} is ${value}, and JSON has finite numbers only`),
      )
    } else members.push({ name: symbol.name, value })
  }
  const values = [...new Set(members.map(member => member.value))]
  const literals: TypeModel[] = values
    .filter(value => !isComputed || typeof value === 'string')
    .map(value => ({ kind: 'literal', value }))
  if (isComputed) return { model: { kind: 'union', members: [{ kind: 'number' }, ...literals] }, problems }
  return { model: { kind: 'union', members: literals }, enumMembers: members, problems }
}
