// The type tags (`t.MinLength<1>`) of an intersection in → the constraints that they are, or what is wrong with them, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { ArrayConstraint, NumberConstraint, StringConstraint, TypeModel } from '../model/type-model.ts'
import { unsatisfiable } from './constraints-to-conflict.ts'
import { type Problem, problem, type TypeNode, typeText } from './type-node.ts'

/** A tag is a property of this name in '@alien-rpc/service' (tags.ts). */
const PREFIX = '~alienRpc.'

type Constraint = StringConstraint | NumberConstraint | ArrayConstraint
type TagName = Constraint['tag']

/** What each tag narrows, in the order in which constraints are checked: the cheap ones first. */
const TAGS: { readonly [Name in TagName]: 'string' | 'number' | 'array' } = {
  minLength: 'string',
  maxLength: 'string',
  pattern: 'string',
  format: 'string',
  minimum: 'number',
  exclusiveMinimum: 'number',
  maximum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
  minItems: 'array',
  maxItems: 'array',
  uniqueItems: 'array',
}
const NARROWS = { string: 'a string', number: 'a number or bigint', array: 'an array or Set' } as const
const EXAMPLE = { string: 'string', number: 'number', array: 'string[]' } as const

export interface Tag {
  readonly name: TagName
  readonly value: ts.Type
}

/** In the order of `TAGS`; a tag that is given twice is there twice. */
export function tagsOf(compiler: Compiler, type: ts.IntersectionType): Tag[] {
  const { ts, checker } = compiler
  const tags: Tag[] = []
  for (const part of type.types) {
    if ((part.flags & ts.TypeFlags.Object) === 0) continue
    for (const symbol of checker.getPropertiesOfType(part)) {
      const name = tagName(symbol.name)
      if (name) tags.push({ name, value: checker.getNonNullableType(checker.getTypeOfSymbol(symbol)) })
    }
  }
  const order = Object.keys(TAGS)
  return tags.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}

function tagName(property: string): TagName | undefined {
  const name = property.startsWith(PREFIX) ? property.slice(PREFIX.length) : ''
  return Object.hasOwn(TAGS, name) ? (name as TagName) : undefined
}

/** The problem of a tag that stands on an object, or on nothing. */
export function looseTagProblem(property: string): Problem | undefined {
  const name = tagName(property)
  if (!name) return undefined
  const message = `${shown(name)} narrows ${NARROWS[TAGS[name]]}, and there is none here: write ${EXAMPLE[TAGS[name]]} & ${shown(name)}`
  return problem('tag-base', message)
}

/** The base with the tags' constraints. What is wrong with the tags goes to the problems of the result. */
export function applyTags(compiler: Compiler, base: TypeNode, type: ts.Type, tags: readonly Tag[]): TypeNode {
  const { model } = base
  const kind = narrowedKind(model)
  const problems = tags.filter(tag => TAGS[tag.name] !== kind).map(tag => wrongBase(compiler, tag, type))
  const fitting = tags.filter(tag => TAGS[tag.name] === kind)
  const constraints = readTags(compiler, fitting, model, problems)
  const conflict = problems.length === 0 ? unsatisfiable(constraints, shown) : undefined
  if (conflict !== undefined) problems.push(problem('tag-value', conflict))
  return {
    ...base,
    model: problems.length > 0 ? model : ({ ...model, constraints } as TypeModel),
    problems: [...base.problems, ...problems],
  }
}

function wrongBase(compiler: Compiler, { name }: Tag, type: ts.Type): Problem {
  const message = `${shown(name)} narrows ${NARROWS[TAGS[name]]}, but stands on ${typeText(compiler, type)}`
  return problem('tag-base', message)
}

/** The model's own constraints, and those of the tags, each once. */
function readTags(
  compiler: Compiler,
  tags: readonly Tag[],
  model: TypeModel,
  problems: Problem[],
): Constraint[] {
  const constraints = new Map<string, Constraint>()
  const own: readonly Constraint[] = ('constraints' in model && model.constraints) || []
  for (const constraint of own) constraints.set(JSON.stringify(constraint), constraint)
  for (const tag of tags) {
    const constraint = readTag(compiler, tag, model.kind === 'bigint')
    if (typeof constraint === 'string') {
      problems.push(problem('tag-value', `${shown(tag.name)} ${constraint}`))
    } else constraints.set(JSON.stringify(constraint), constraint)
  }
  return [...constraints.values()]
}

function narrowedKind({ kind }: TypeModel): 'string' | 'number' | 'array' | undefined {
  switch (kind) {
    case 'string':
      return 'string'
    case 'number':
    case 'bigint':
      return 'number'
    case 'array':
    case 'set':
      return 'array'
    default:
      return undefined
  }
}

function shown(name: TagName): string {
  return `t.${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

/** The constraint, or what continues "t.MinLength ". */
function readTag(compiler: Compiler, { name, value: type }: Tag, isBigInt: boolean): Constraint | string {
  if (name === 'uniqueItems') return { tag: name }
  const value = literalOf(compiler, type)
  if (value === undefined) {
    return `needs one literal, but has ${typeText(compiler, type)}`
  }
  const text = typeText(compiler, type)
  switch (name) {
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
        return `counts, so it needs a whole number of at least 0, but has ${text}`
      }
      return { tag: name, value }
    case 'pattern':
    case 'format':
      return typeof value === 'string' ? readText(name, value) : `needs a string, but has ${text}`
    default:
      return readNumber(name, value, isBigInt, text)
  }
}

function readText(tag: 'pattern' | 'format', value: string): StringConstraint | string {
  if (tag === 'format') return value === '' ? 'needs the name of a format' : { tag, value }
  const error = patternError(value)
  return error === undefined ? { tag, value } : `is no regular expression with the flag "u": ${error}`
}

function patternError(source: string): string | undefined {
  try {
    new RegExp(source, 'u')
    return undefined
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '')
  }
}

function readNumber(
  tag: NumberConstraint['tag'],
  value: Literal,
  isBigInt: boolean,
  text: string,
): NumberConstraint | string {
  if (typeof value !== (isBigInt ? 'bigint' : 'number')) {
    const wanted = isBigInt ? 'a bigint, like 1n,' : 'a number'
    return `stands on a ${isBigInt ? 'bigint' : 'number'}, so it needs ${wanted} but has ${text}`
  }
  if (tag === 'multipleOf' && (value as number | bigint) <= 0) return `needs more than 0, but has ${text}`
  return { tag, value: typeof value === 'bigint' ? String(value) : (value as number) }
}

type Literal = string | number | bigint

function literalOf({ ts }: Compiler, type: ts.Type): Literal | undefined {
  if (type.isStringLiteral()) return type.value
  if (type.isNumberLiteral()) return Number.isFinite(type.value) ? type.value : undefined
  if ((type.flags & ts.TypeFlags.BigIntLiteral) === 0) return undefined
  const { negative, base10Value } = (type as ts.BigIntLiteralType).value
  return BigInt(negative ? `-${base10Value}` : base10Value)
}
