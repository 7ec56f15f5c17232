// A model of what is accepted or sent in → its part of a spec, as text, out: what routes and sockets have in common.
import type { CONTRACT_VERSION } from '@alien-rpc/service/generated'
import type { TypeModel } from '../model/type-model.ts'
import { arrow, type CheckHelper, type CheckScope } from './check-scope.ts'
import { ALWAYS, indentRest, jsonText, objectText } from './code.ts'
import type { Functions } from './functions.ts'
import { modelToCheck } from './model-to-check.ts'
import { type CodecHelpers, modelToDecode } from './model-to-decode.ts'
import { modelToRowWriter } from './model-to-row-writer.ts'
import { modelToTable } from './model-to-table.ts'
import { modelToText, type TextHelper } from './model-to-text.ts'
import { formatsOf, isUnmarked, type Types } from './type-facts.ts'

/** Typed by the runtime's own constant: a new contract breaks this build, and not a user's server. */
export const CONTRACT: typeof CONTRACT_VERSION = 1
type Helper = keyof typeof import('@alien-rpc/service/generated')

/** What the specs of one file share. */
export interface Emitter {
  readonly scope: Omit<CheckScope, 'domain' | 'hint'>
  readonly codec: CodecHelpers
  readonly helper: (name: Helper) => string
}

export function createEmitter(functions: Functions, types: Types, namespace: string): Emitter {
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

/** The entries of a CompiledInput. */
export function inputEntries(
  model: TypeModel,
  hint: string,
  isStrict: boolean,
  { scope, codec, helper }: Emitter,
): string[] {
  const inside = { ...scope, hint, domain: 'json', ...(isStrict ? { closed: true } : {}) } as const
  const { text } = modelToCheck(model, 'v', inside)
  const decoded = modelToDecode(model, 'v', inside, codec)
  const read = text === ALWAYS.text ? decoded : `${text} ? ${decoded} : ${helper('MISMATCH')}`
  return [`read: ${arrow('v', read, scope.functions)}`, `table: () => ${modelToTable(model, inside)}`]
}

/** A CompiledOutput. */
export function outputSpec(
  model: TypeModel,
  hint: string,
  isItem: boolean,
  { scope, codec, helper }: Emitter,
  hasRows = false,
): string {
  const inside = { ...scope, hint, domain: 'native' } as const
  const call = (name: TextHelper, ...args: readonly string[]) => `${helper(name)}(${args.join(', ')})`
  return objectText([
    `check: ${arrow('v', modelToCheck(model, 'v', inside).text, scope.functions)}`,
    `stringify: ${arrow('v', modelToText(model, 'v', { check: inside, codec, call }), scope.functions)}`,
    ...(isItem && isUnmarked(model, scope.types) ? ['isUnmarked: true'] : []),
    ...(hasRows ? [`write: ${modelToRowWriter(model, inside)}`] : []),
    `table: () => ${modelToTable(model, inside)}`,
  ])
}

/** The entry that names all string formats among the models, where there are any. */
export function formatsEntry(models: readonly TypeModel[], { scope }: Emitter): string[] {
  const formats = formatsOf(models, scope.types)
  return formats.length === 0 ? [] : [`formats: ${jsonText(formats)}`]
}

/** The whole spec, an entry on each line. */
export function specText(entries: readonly string[], { helper }: Emitter): string {
  const lines = entries.map(entry => `  ${indentRest(entry, '  ')},\n`)
  return `${helper('compiledRoute')}({\n${lines.join('')}})`
}
