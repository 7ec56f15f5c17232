// A TypeModel in → JavaScript that writes a checked native value as the JSON text of what is declared of it out.
import type { ObjectModel, PropertyModel, TupleModel, TypeModel, UnionModel } from '../model/type-model.ts'
import { arrow, type CheckScope, readProperty } from './check-scope.ts'
import { literal } from './code.ts'
import { type ConvertedModel, isConverted, toJson } from './conversions.ts'
import type { CodecHelpers } from './model-to-decode.ts'
import { modelToEncode } from './model-to-encode.ts'
import { expression, joined, type Text, template, templateText } from './text-template.ts'
import {
  admits,
  holdsAnything,
  namedType,
  needsEncode,
  resolve,
  shapeKey,
  tupleElement,
} from './type-facts.ts'
import { unionToBranches } from './union-to-branches.ts'
import { type UnionCases, unionToCases } from './union-to-cases.ts'

export type TextHelper = 'escaped' | 'leafText' | 'listText' | 'memberText' | 'numberText' | 'recordText'

export interface Writing {
  /** Of the native domain. */
  readonly check: CheckScope
  readonly codec: CodecHelpers
  readonly call: (helper: TextHelper, ...args: readonly string[]) => string
}

/**
 * An expression for the JSON text of `value`, which its check has accepted and which is not `undefined`. The expression
 * is `undefined` for a value at an `unknown` that has no JSON text.
 */
export function modelToText(model: TypeModel, value: string, writing: Writing): string {
  return isAnything(model, writing) ? `JSON.stringify(${value})` : toText(model, value, writing).expression
}

function isAnything(model: TypeModel, { check }: Writing): boolean {
  return holdsAnything(model, check.types)
}

function toText(model: TypeModel, value: string, writing: Writing): Text {
  const { check, call } = writing
  if (isAnything(model, writing)) return expression(`JSON.stringify(${value}) ?? "null"`)
  if (isConverted(model)) return convertedText(model, value, writing)
  switch (model.kind) {
    case 'array':
    case 'set': {
      const list = model.kind === 'set' ? `[...${value}]` : value
      if (!needsEncode(model.item, check.types)) return expression(`JSON.stringify(${list})`)
      const write = arrow('item', elementText(model.item, 'item', writing).expression, check.functions)
      return expression(call('listText', list, write))
    }
    case 'map': {
      const pair = [model.key, model.value].map((part, index) => elementText(part, `pair[${index}]`, writing))
      return expression(
        call('listText', `[...${value}]`, arrow('pair', joined('[', pair, ']').expression, check.functions)),
      )
    }
    case 'tuple':
      return tupleText(model, value, writing)
    case 'object': {
      const key = `text:${shapeKey(model)}`
      const isAlone = check.functions.standsInline(key)
      if (isAlone && /^\w+$/.test(value)) return objectText(model, value, writing)
      return callText(key, check.hint, value, writing, inside => returning(objectText(model, 'v', inside)))
    }
    case 'union':
      return unionText(model, value, writing)
    case 'ref':
      return namedText(model.id, value, writing)
    default:
      return primitiveText([model], value, writing)
  }
}

function callText(
  key: string,
  hint: string,
  value: string,
  writing: Writing,
  body: (inside: Writing) => string,
): Text {
  const { check } = writing
  const inside = { ...writing, check: { ...check, hint } }
  return expression(check.functions.call({ key, name: `text_${hint}`, body: () => body(inside) }, value))
}

function returning({ expression }: Text): string {
  return `{ return ${expression} }`
}

function namedText(id: string, value: string, writing: Writing): Text {
  const { name, model } = namedType(id, writing.check.types)
  const isComposite = ['object', 'array', 'tuple', 'map', 'set', 'union', 'ref'].includes(model.kind)
  if (!isComposite) return toText(model, value, writing)
  if (model.kind === 'union') {
    const cases = unionToCases(model, writing.check.types)
    if (isPrimitive(cases)) return primitiveText(cases.plain, value, writing)
  }
  return callText(`text:#${JSON.stringify(id)}`, name, value, writing, inside => {
    if (model.kind === 'object') return returning(objectText(model, 'v', inside))
    if (model.kind === 'union') return unionBody(unionToCases(model, inside.check.types), inside)
    return returning(toText(model, 'v', inside))
  })
}

// Leaves

function convertedText(model: ConvertedModel, value: string, { check, call }: Writing): Text {
  const json = toJson(model, value, check.reach)
  switch (model.kind) {
    case 'error':
      return expression(`JSON.stringify(${json})`)
    case 'url':
    case 'regexp':
      return template(`"\${${call('escaped', json)}}"`)
    default:
      return template(`"\${${json}}"`)
  }
}

/** Strings, numbers, booleans and null, or some of them. */
function primitiveText(members: readonly TypeModel[], value: string, { check, call }: Writing): Text {
  const models = members.map(part => resolve(part, check.types)).filter(({ kind }) => kind !== 'undefined')
  const isString = (model: TypeModel) =>
    ['string', 'template'].includes(model.kind) ||
    (model.kind === 'literal' && typeof model.value === 'string')
  const isSafe = (model: TypeModel) =>
    model.kind === 'literal' && JSON.stringify(model.value).slice(1, -1) === model.value
  const [only] = models
  if (only === undefined || only.kind === 'never') return template('null')
  if (models.length === 1 && only.kind === 'null') return template('null')
  if (models.length === 1 && only.kind === 'literal')
    return template(templateText(JSON.stringify(only.value)))
  if (only.kind === 'number' && models.length === 1) return template(`\${${call('numberText', value)}}`)
  if (!models.some(isString)) return template(`\${${value}}`)
  if (!models.every(isString)) return expression(call('leafText', value))
  return template(`"\${${models.every(isSafe) ? value : call('escaped', value)}}"`)
}

function isPrimitive({ converted, lists, objects }: UnionCases): boolean {
  return converted.length + lists.length + objects.length === 0
}

// Lists

/** In arrays `null` stands for `undefined`. */
function elementText(model: TypeModel, value: string, writing: Writing): Text {
  const text = toText(model, value, writing)
  if (isAnything(model, writing) || !admits(model, 'undefined', writing.check.types)) return text
  return expression(`${value} === undefined ? "null" : ${text.expression}`)
}

function tupleText(tuple: TupleModel, value: string, writing: Writing): Text {
  const { items, required, rest } = tuple
  if (!rest && required === items.length) {
    const texts = items.map((_, index) =>
      elementText(tupleElement(tuple, index), `${value}[${index}]`, writing),
    )
    return joined('[', texts, ']')
  }
  return copiedText(tuple, value, writing)
}

/** By way of a copy, where a text is not written in one go. */
function copiedText(model: TypeModel, value: string, { check, codec }: Writing): Text {
  return expression(`JSON.stringify(${modelToEncode(model, value, check, codec)})`)
}

// Objects

function objectText({ properties, index }: ObjectModel, value: string, writing: Writing): Text {
  const { check } = writing
  const declared = properties.filter(({ model }) => resolve(model, check.types).kind !== 'never')
  const isSure = ({ optional, model }: PropertyModel) => !optional && !admits(model, 'undefined', check.types)
  // One that is always there goes first, so that every other one follows a comma.
  const first = declared.find(isSure)
  const others = declared
    .filter(property => property !== first)
    .map(property =>
      isSure(property)
        ? memberText(property, ',', value, writing)
        : unsureText(property, declared.length === 1 && !index ? '' : ',', value, writing),
    )
  if (index) others.push(indexText(properties, index, value, writing))
  if (first) return template(`{${[memberText(first, '', value, writing), ...others].join('')}}`)
  if (declared.length === 1 && !index) return template(`{${others.join('')}}`)
  return others.length === 0 ? template('{}') : template(`{\${\`${others.join('')}\`.slice(1)}}`)
}

function memberText({ name, model }: PropertyModel, comma: string, value: string, writing: Writing): string {
  const inside = { ...writing, check: { ...writing.check, hint: name } }
  const { template } = toText(model, readProperty(value, name, writing.check), inside)
  return templateText(`${comma}${JSON.stringify(name)}:`) + template
}

/** Nothing where the property is absent, or holds what has no JSON text. */
function unsureText(property: PropertyModel, comma: string, value: string, writing: Writing): string {
  const { name, model } = property
  const read = readProperty(value, name, writing.check)
  if (isAnything(model, writing)) {
    return `\${${writing.call('memberText', literal(`${comma}${JSON.stringify(name)}:`), read)}}`
  }
  return `\${${read} === undefined ? "" : \`${memberText(property, comma, value, writing)}\`}`
}

/** Every property that is not listed, each after a comma. */
function indexText(
  properties: readonly PropertyModel[],
  index: TypeModel,
  value: string,
  writing: Writing,
): string {
  const text = modelToText(index, 'value', writing)
  const isSure = isAnything(index, writing) || !admits(index, 'undefined', writing.check.types)
  const write = arrow(
    'value',
    isSure ? text : `value === undefined ? value : ${text}`,
    writing.check.functions,
  )
  const listed =
    properties.length === 0 ? [] : [`[${properties.map(({ name }) => literal(name)).join(', ')}]`]
  return `\${${writing.call('recordText', value, write, ...listed)}}`
}

// Unions

function unionText(union: UnionModel, value: string, writing: Writing): Text {
  const { types, hint } = writing.check
  const cases = unionToCases(union, types)
  if (isPrimitive(cases)) return primitiveText(cases.plain, value, writing)
  const nothing = union.members.filter(part => part.kind === 'null' || part.kind === 'undefined')
  const [only, ...others] = union.members.filter(part => !nothing.includes(part))
  if (only && others.length === 0) {
    const text = toText(only, value, writing)
    const hasNull = nothing.some(({ kind }) => kind === 'null')
    return hasNull ? expression(`(${value} === null ? "null" : ${text.expression})`) : text
  }
  return callText(`text:${shapeKey(union)}`, hint, value, writing, inside =>
    unionBody(unionToCases(union, types), inside),
  )
}

function unionBody(cases: UnionCases, writing: Writing): string {
  return unionToBranches(cases, {
    check: writing.check,
    write: model => toText(model, 'v', writing).expression,
    convert: (model, value) => convertedText(model, value, writing).expression,
    plain: primitiveText(cases.plain, 'v', writing).expression,
    asIs: 'JSON.stringify(v)',
    lookAlikes: objects => {
      const union: TypeModel = { kind: 'union', members: objects.map(({ model }) => model) }
      return [`return ${copiedText(union, 'v', writing).expression}`]
    },
  })
}
