// A kind without parts of its own in → the condition that is true of its values, in JSON or native, out.
import type { TypeModel } from '../model/type-model.ts'
import type { CheckScope } from './check-scope.ts'
import { ALWAYS, allOf, anyOf, jsonText, literal, NEVER, type Test, test } from './code.ts'
import { limitedTest } from './limits-to-check.ts'

type CompositeKind = 'array' | 'set' | 'map' | 'tuple' | 'object' | 'union' | 'ref'
export type LeafModel = Exclude<TypeModel, { kind: CompositeKind }>

export function leafTest(model: LeafModel, value: string, scope: CheckScope): Test {
  const isJson = scope.domain === 'json'
  const { helper, reach } = scope
  const isA = (name: string) => `${value} instanceof ${reach.global(name)}`
  switch (model.kind) {
    case 'string':
    case 'number':
    case 'bigint':
      return limitedTest(model, value, scope)
    case 'boolean':
      return test(`typeof ${value} === "boolean"`)
    case 'null':
    case 'undefined':
      return test(`${value} === ${model.kind}`)
    case 'unknown':
    case 'any':
      return ALWAYS
    case 'never':
      return NEVER
    case 'literal':
      return test(`${value} === ${literal(model.value)}`)
    case 'bigintLiteral': {
      const isNative = test(`${value} === ${reach.bigint(model.text)}`)
      const isText = test(`${value} === ${literal(model.text)}`)
      return isJson ? anyOf([isText, ...(scope.packed ? [isNative] : [])]) : isNative
    }
    case 'template':
      return templateTest(model, value, scope)
    case 'date':
      return test(helper(isJson ? 'isDateText' : 'isValidDate', value))
    case 'bytes':
      return test(isJson ? helper('isBase64', value, literal(model.type)) : isA(model.type))
    case 'url':
      return test(isJson ? helper('isUrlText', value) : isA('URL'))
    case 'regexp':
      return test(isJson ? helper('isRegExpText', value) : isA('RegExp'))
    case 'error':
      return test(helper(isJson ? 'isErrorJson' : 'isError', value))
    default:
      return model satisfies never
  }
}

type TemplateModel = Extract<LeafModel, { kind: 'template' }>

function templateTest({ texts, holes }: TemplateModel, value: string, scope: CheckScope): Test {
  const [start = '', end = ''] = texts
  if (holes.length !== 1 || holes[0] !== 'string') {
    const constant = (list: readonly string[]) =>
      scope.functions.constant(`template_${scope.hint}`, jsonText(list))
    return test(scope.helper('matchesTemplate', value, constant(texts), constant(holes)))
  }
  return allOf([
    test(`typeof ${value} === "string"`),
    ...(start && end ? [test(`${value}.length >= ${start.length + end.length}`)] : []),
    ...(start ? [test(`${value}.startsWith(${literal(start)})`)] : []),
    ...(end ? [test(`${value}.endsWith(${literal(end)})`)] : []),
  ])
}
