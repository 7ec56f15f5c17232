// Types as text in → their generated checks and codecs, and TypeScript's opinion of values, out. One program for a whole list.
import type ts from 'typescript'
import * as packing from '../../runtime/src/client/packing.ts'
import { type CompiledRoute, MISMATCH, type TypeTable } from '../../runtime/src/compiled-route.ts'
import * as generated from '../../runtime/src/generated.ts'
import { unpackedToJson } from '../../runtime/src/validation/unpacked-to-json.ts'
import { SERVER_LIMITS } from '../../runtime/src/wire/limits.ts'
import { MsgpackReader } from '../../runtime/src/wire/msgpack-reader.ts'
import { routesToServerCode } from '../../transformer/src/emit/routes-to-server-code.ts'
import type { Analysis, AnyRouteModel } from '../../transformer/src/model/route-model.ts'
import { runClientModule } from './type-models.ts'
import { programFactory } from './virtual-program.ts'

export interface TypeText {
  readonly type: string
  readonly declarations?: string
}

export interface CompiledType {
  readonly checkNative: (value: unknown) => boolean
  readonly checkJson: (value: unknown) => boolean
  /** Of MessagePack in which a client has sent the value as an argument. */
  readonly checkPacked: (value: unknown) => boolean
  readonly encode: (value: unknown) => unknown
  readonly decode: (value: unknown) => unknown
  /** What a client does to arguments before JSON.stringify, and to results after JSON.parse. */
  readonly clientEncode: (value: unknown) => unknown
  readonly clientDecode: (value: unknown) => unknown
  readonly tableOfNative: () => TypeTable
  readonly tableOfJson: () => TypeTable
}

const programOf = programFactory()
const { pack } = packing
const reader = new MsgpackReader('the body', SERVER_LIMITS.maxBodyDepth, 'maps')

/** Compiled when first asked for. Types with methods have no arguments: their JSON side is that of a result. */
export function compileValues(types: readonly TypeText[], routeOptions = ''): () => readonly CompiledType[] {
  let compiled: readonly CompiledType[] | undefined
  return () => {
    compiled ??= compile(types, routeOptions)
    return compiled
  }
}

function compile(types: readonly TypeText[], routeOptions: string): readonly CompiledType[] {
  const files = types.flatMap(({ type, declarations = '' }, index) => {
    const route = (name: string, handler: string) => [
      `${name}${index}.ts`,
      `import { route } from '@alien-rpc/service'
      import type { T } from './type${index}'
      export const ${name}${index} = route.post('/${name}${index}', ${routeOptions}${handler})`,
    ]
    return [
      [`type${index}.ts`, `import { t } from '@alien-rpc/service'\n${declarations}\nexport type T = ${type}`],
      route('args', '(args: { value: T }) => {}'),
      route('result', '(): { value: T } => { throw new Error() }'),
    ]
  })
  const { analysis, typeErrors } = programOf(Object.fromEntries(files))
  const errors = typeErrors()
  if (errors.length > 0) throw new Error(errors.join('\n'))
  const server = runRoutes(analysis)
  const client = runClientModule(analysis.routes, analysis.types).routes
  return types.map(({ type }, index) => {
    const [args, result] = [`args${index}`, `result${index}`]
    if (!server[result]) throw new Error(`${type} is not compiled: ${findingsOf(analysis, index)}`)
    return inValue(server[args]?.args, server[result].result!, client[args]?.encode, client[result]?.decode)
  })
}

/** `{ value: T }` unwrapped: arguments are an object, whatever the type. */
function inValue(
  args: CompiledRoute['args'],
  result: NonNullable<CompiledRoute['result']>,
  clientEncode: unknown,
  clientDecode: unknown,
): CompiledType {
  const apply = (convert: unknown, value: unknown) =>
    convert ? (convert as (whole: { value: unknown }) => { value: unknown })({ value }).value : value
  return {
    checkNative: value => result.check({ value }),
    checkJson: value => (args ? args.read({ value }) !== MISMATCH : true),
    checkPacked: value =>
      args ? args.read(unpackedToJson(reader.readAll(pack({ value })!), args)) !== MISMATCH : true,
    encode: value => apply((whole: never) => JSON.parse(result.stringify(whole)!), value),
    decode: value => apply(args?.read, value),
    clientEncode: value => apply(clientEncode, value),
    clientDecode: value => apply(clientDecode, value),
    tableOfNative: () => result.table(),
    tableOfJson: () => args?.table() ?? 'unknown',
  }
}

function findingsOf({ findings }: Analysis, index: number): string {
  return findings
    .filter(({ place }) => new RegExp(`/(?:args|result)${index}\\.ts$`).test(place.file))
    .map(({ rule, message }) => `${rule}: ${message}`)
    .join('; ')
}

/** The specs of all routes of an analysis, by name. `change` edits the generated code first. */
export function runRoutes(
  { routes, types }: Pick<Analysis, 'types'> & { readonly routes: readonly AnyRouteModel[] },
  change = (code: string) => code,
): Record<string, CompiledRoute> {
  const { helpers, specs } = routesToServerCode(routes, types)
  const entries = specs.map(({ name, text }) => `[${JSON.stringify(name)}, ${text}]`)
  const code = change(`${helpers}\nreturn Object.fromEntries([${entries.join(',\n')}])`)
  return new Function('$alien', `"use strict"\n${code}`)(generated)
}

/** Whether TypeScript lets a variable of one type be assigned to one of the other. */
export function isAssignable(
  { type, declarations = '', valueType }: TypeText & { valueType: string },
  options: ts.CompilerOptions = {},
): boolean {
  const source = `import { t } from '@alien-rpc/service'\n${declarations}\ndeclare const value: ${valueType}\nexport const it: ${type} = value`
  const { typeErrors } = programOf({ 'question.ts': source }, { noUnusedLocals: false, ...options })
  const errors = typeErrors()
  if (errors.some(error => !/assignable|missing|no properties in common/.test(error)))
    throw new Error(errors.join('\n'))
  return errors.length === 0
}

/** The value of an expression. */
export function evaluate(expression: string): unknown {
  return new Function(`return (${expression})`)()
}
