// The routes of one file in → the spec that goes into each route call, and the functions they share, as text out.
import type { CONTRACT_VERSION } from '@alien-rpc/service/generated'
import type { ArgsModel, RouteModel } from '../model/route-model.ts'
import type { TypeGraph, TypeModel } from '../model/type-model.ts'
import { arrow, type CheckHelper, type CheckScope } from './check-scope.ts'
import { indentRest, jsonText, literal, objectKey, objectText } from './code.ts'
import { emitTwice, type Functions } from './functions.ts'
import { modelToCheck } from './model-to-check.ts'
import { type CodecHelpers, modelToDecode } from './model-to-decode.ts'
import { itemToEncode, modelToEncode } from './model-to-encode.ts'
import { modelToTable } from './model-to-table.ts'
import { createTypes, formatsOf, type Types } from './type-facts.ts'

/** Typed by the runtime's own constant: a new contract breaks this build, and not a user's server. */
const CONTRACT: typeof CONTRACT_VERSION = 1
type Helper = keyof typeof import('@alien-rpc/service/generated')

export interface ServerCode {
  /** The statement that imports what specs and helpers use. */
  readonly importText: string
  /** Constants and function declarations, for after the imports. Empty or ending in a newline. */
  readonly helpers: string
  /** One for each route, in order: the text of the call's new last argument, and where the call starts. */
  readonly specs: readonly { readonly name: string; readonly callStart: number; readonly text: string }[]
}

/**
 * `namespace` is the name under which the generated module is imported, and the prefix of every function:
 * it must not be part of any identifier of the user's file (`freeNamespace`).
 */
export function routesToServerCode(
  routes: readonly RouteModel[],
  graph: TypeGraph,
  namespace = '$alien',
): ServerCode {
  const types = createTypes(graph)
  return emitTwice({ prefix: `${namespace}_` }, functions => {
    const specs = routes.map(route => ({
      name: route.name,
      callStart: route.call.start,
      text: routeSpec(route, createEmitter(functions, types, namespace)),
    }))
    const declarations = functions.declarations()
    return {
      importText: `import * as ${namespace} from "@alien-rpc/service/generated"`,
      helpers: declarations.map(text => `${text}\n`).join(''),
      specs,
    }
  })
}

/** A name that the source text does not contain: `$alien`, or `$alien2` and so on. */
export function freeNamespace(sourceText: string): string {
  let name = '$alien'
  for (let count = 2; sourceText.includes(name); count++) name = `$alien${count}`
  return name
}

interface Emitter {
  readonly scope: Omit<CheckScope, 'domain' | 'hint'>
  readonly codec: CodecHelpers
  readonly helper: (name: Helper) => string
}

function createEmitter(functions: Functions, types: Types, namespace: string): Emitter {
  const helper = (name: Helper) => `${namespace}.${name}`
  const reach = {
    helper,
    // The user's module may import a class of the same name, such as immutable's Map.
    global: (name: string) => `globalThis.${name}`,
    bigint: (text: string) => `${text}n`,
  }
  const codec = {
    mapRecord: (record: string, arrow: string) => `${helper('mapRecord')}(${record}, ${arrow})`,
    setOwn: (object: string, key: string, value: string) =>
      `${helper('setOwn')}(${object}, ${key}, ${value})`,
  }
  const scope = {
    functions,
    types,
    helper: (name: CheckHelper, ...args: readonly string[]) => `${helper(name)}(${args.join(', ')})`,
    reach,
  }
  return { scope, codec, helper }
}

function routeSpec(route: RouteModel, emitter: Emitter): string {
  const { name, output, args, result, returns } = route
  const entries = [`contract: ${CONTRACT}, name: ${literal(name)}, output: ${literal(output)}`]
  if (args) entries.push(`args: ${argsSpec(args, `${name}_args`, emitter)}`)
  if (result) entries.push(`result: ${outputSpec(result, `${name}_result`, output === 'stream', emitter)}`)
  if (returns) entries.push(`returns: ${outputSpec(returns, `${name}_returns`, false, emitter)}`)
  const models = [args?.model, result, returns].filter(model => model !== undefined)
  const formats = formatsOf(models, emitter.scope.types)
  if (formats.length > 0) entries.push(`formats: ${jsonText(formats)}`)
  return `${emitter.helper('compiledRoute')}(${lines(entries)})`
}

function argsSpec(
  { source, model, text, strict }: ArgsModel,
  hint: string,
  { scope, codec }: Emitter,
): string {
  const inside = { ...scope, hint, domain: 'json', ...(strict ? { closed: true } : {}) } as const
  const texts = Object.entries(text).map(([name, table]) => `${objectKey(name)}: ${jsonText(table)}`)
  return objectText([
    `source: ${literal(source)}, text: ${objectText(texts)}${strict ? ', strict: true' : ''}`,
    `check: ${arrow('v', modelToCheck(model, 'v', inside).text, scope.functions)}`,
    `decode: ${arrow('v', modelToDecode(model, 'v', inside, codec), scope.functions)}`,
    `table: () => ${modelToTable(model, inside)}`,
  ])
}

function outputSpec(model: TypeModel, hint: string, isItem: boolean, { scope, codec }: Emitter): string {
  const inside = { ...scope, hint, domain: 'native' } as const
  return objectText([
    `check: ${arrow('v', modelToCheck(model, 'v', inside).text, scope.functions)}`,
    `encode: ${arrow('v', (isItem ? itemToEncode : modelToEncode)(model, 'v', inside, codec), scope.functions)}`,
    `table: () => ${modelToTable(model, inside)}`,
  ])
}

function lines(entries: readonly string[]): string {
  return `{\n${entries.map(entry => `  ${indentRest(entry, '  ')},\n`).join('')}}`
}
