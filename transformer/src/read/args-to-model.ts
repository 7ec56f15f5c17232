// The arguments' model, the method and the path in → where each argument comes from, or what does not fit, out.
import type { PathPattern, TextTable } from '@alien-rpc/service/generated'
import type { RuleName } from '../model/finding.ts'
import type { ArgsModel, HttpMethod } from '../model/route-model.ts'
import type { ObjectModel, PropertyModel, TypeModel } from '../model/type-model.ts'
import { followRefs, type LookUp, modelToTextTable, type TextPlace } from './model-to-text-table.ts'
import { propertyStep } from './property-step.ts'

export interface ArgsProblem {
  readonly rule: RuleName
  readonly message: string
  /** The path parameter that it is about. */
  readonly param?: string
}

export interface ArgsReading {
  readonly args: ArgsModel
  readonly problems: readonly ArgsProblem[]
}

export function readArgs(
  method: HttpMethod,
  path: PathPattern,
  model: TypeModel,
  lookUp: LookUp,
): ArgsReading {
  const isQuery = method === 'GET' || method === 'DELETE'
  const objects = objectsOf(model, lookUp)
  if (!objects || (isQuery && objects.length > 1)) return readWhole(method, path, model)
  const text = new Map<string, TextTable>()
  const problems: ArgsProblem[] = []
  for (const param of path.params) readParam(param, objects, lookUp, text, problems)
  if (isQuery) readQuery(objects[0]!, path, lookUp, text, problems)
  const source = isQuery ? 'query' : hasBody(objects, path) ? 'body' : 'none'
  return { args: { source, model, text: Object.fromEntries(text) }, problems }
}

/** The object that the arguments are, or several of a union; undefined when they can be anything else. */
function objectsOf(model: TypeModel, lookUp: LookUp): ObjectModel[] | undefined {
  const type = followRefs(model, lookUp)
  if (type.kind === 'object') return [type]
  if (type.kind !== 'union') return undefined
  const members = type.members.map(member => objectsOf(member, lookUp))
  return members.every(member => member !== undefined) ? members.flat() : undefined
}

function readWhole(method: HttpMethod, path: PathPattern, model: TypeModel): ArgsReading {
  const problems: ArgsProblem[] = []
  if (method === 'GET' || method === 'DELETE') {
    const message = `The arguments of ${method} must be one object type, because path and query parameters have names.`
    problems.push({ rule: 'args-not-object', message })
  } else if (path.params.length > 0) {
    const message = `The arguments must be an object, because the path has parameters with names: ${path.params.join(', ')}.`
    problems.push({ rule: 'args-not-object', message })
  }
  return { args: { source: 'whole', model, text: {} }, problems }
}

function readParam(
  param: string,
  objects: readonly ObjectModel[],
  lookUp: LookUp,
  text: Map<string, TextTable>,
  problems: ArgsProblem[],
): void {
  for (const object of objects) {
    const property = object.properties.find(it => it.name === param)
    if (property) addText(property, 'path', lookUp, text, problems)
    else {
      const message = `The path has a parameter "${param}", but the handler's arguments do not declare it.`
      problems.push({ rule: 'path-parameter-missing', message, param })
    }
  }
}

function readQuery(
  object: ObjectModel,
  path: PathPattern,
  lookUp: LookUp,
  text: Map<string, TextTable>,
  problems: ArgsProblem[],
): void {
  for (const property of object.properties) {
    if (!path.params.includes(property.name)) addText(property, 'query', lookUp, text, problems)
  }
  if (object.index) {
    const message = 'args has an index signature, but a query has only the names that the route declares.'
    problems.push({ rule: 'text-argument', message })
  }
}

function addText(
  property: PropertyModel,
  place: TextPlace,
  lookUp: LookUp,
  text: Map<string, TextTable>,
  problems: ArgsProblem[],
): void {
  const { name, model, optional } = property
  const reading =
    optional && place === 'path'
      ? { problem: 'is optional, but a path parameter is always there' }
      : modelToTextTable(model, place, lookUp)
  if ('table' in reading) text.set(name, mergeTables(text.get(name), reading.table))
  else {
    const message = `args${propertyStep(name)} ${reading.problem}. It comes from the ${place} as text.`
    problems.push({ rule: 'text-argument', message })
  }
}

// Members of a union may declare a path parameter differently.
function mergeTables(known: TextTable | undefined, table: TextTable): TextTable {
  if (known === undefined || JSON.stringify(known) === JSON.stringify(table)) return table
  const tables = [known, table].flatMap(it =>
    typeof it === 'object' && it[0] === 'any' ? (it.slice(1) as TextTable[]) : [it],
  )
  return [
    'any',
    ...tables.filter(it => it !== 'string'),
    ...(tables.includes('string') ? ['string' as const] : []),
  ]
}

function hasBody(objects: readonly ObjectModel[], path: PathPattern): boolean {
  return objects.some(
    object => object.index !== undefined || object.properties.some(it => !path.params.includes(it.name)),
  )
}
