// All routes in → the sources of a package for their callers out: its module, its flat declarations, its README.
import { GENERATED } from '../model/generated.ts'
import type { AnyRouteModel } from '../model/route-model.ts'
import type { TypeGraph } from '../model/type-model.ts'
import { isIdentifier, objectKey, singleQuoted } from './code.ts'
import { freeName } from './functions.ts'
import { docComment, enumToConstant, namedTypeToDeclaration } from './model-to-declaration.ts'
import { partsToReadme } from './parts-to-readme.ts'
import {
  type ClientParts,
  clientInterface,
  compare,
  packingArgument,
  placeOf,
  routesToClientParts,
  toTypeName,
  typesOfRuntime,
} from './routes-to-client-module.ts'
import { routesToPublic } from './routes-to-public.ts'

/** A declaration of the client's runtime, as it stands in the file that declares it. */
export interface RuntimeDeclaration {
  readonly name: string
  /** With its comment, without `export` and `declare`; ends in a newline. */
  readonly text: string
  /** What stands before it in a declaration file: `declare ` of a value. */
  readonly declare: '' | 'declare '
  /** Names in `text` of other declarations, and of globals. */
  readonly names: readonly string[]
  /** Whether the runtime's entry exports it. */
  readonly isPublic: boolean
}

export type RuntimeDeclarations = ReadonlyMap<string, RuntimeDeclaration>

export interface PackageSources {
  /** TypeScript that imports `@alien-rpc/service/client`. */
  readonly module: string
  /** Self-contained: it imports nothing. */
  readonly declarations: string
  /** `name` of the package → its README. */
  readme(name: string): string
}

/** Words that no constant may be called, in modules. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
)

const OWN_NAMES = ['ClientCall', 'createClientWith', 'method']

/** Same routes and runtime, same sources. */
export function routesToPackage(
  all: readonly AnyRouteModel[],
  graph: TypeGraph,
  runtime: RuntimeDeclarations,
  hasPacking = true,
): PackageSources {
  const { routes, shown } = routesToPublic(all, graph)
  const hasSockets = routes.some(route => route.output === 'socket')
  const known = hasSockets ? runtime : withoutSockets(runtime)
  const wanted = reachedDeclarations([...typesOfRuntime(routes), 'RpcError'], known)
  const reserved = wanted.flatMap(({ name, names }) => [name, ...names])
  const parts = routesToClientParts(routes, graph, { reserved: [...OWN_NAMES, ...reserved], shown })
  const constants = parts.routes.map(({ name }) => freeName(toConstantName(name), parts.taken))
  return {
    module: moduleText(parts, constants, hasPacking),
    declarations: declarationsText(parts, constants, wanted),
    readme: name => partsToReadme(parts, constants, name),
  }
}

function toConstantName(name: string): string {
  const part = isIdentifier(name) ? name : toTypeName(name)
  return RESERVED.has(part) ? `${part}_` : part
}

/** By name. */
function reachedDeclarations(names: readonly string[], runtime: RuntimeDeclarations): RuntimeDeclaration[] {
  const found = new Set<RuntimeDeclaration>()
  const pending = [...names]
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const declaration = runtime.get(name)
    if (!declaration || found.has(declaration)) continue
    found.add(declaration)
    pending.push(...declaration.names)
  }
  return [...found].sort((a, b) => compare(a.name, b.name))
}

/** Where there are none, their option says nothing. */
function withoutSockets(runtime: RuntimeDeclarations): RuntimeDeclarations {
  const options = runtime.get('ClientOptions')
  if (!options) return runtime
  const text = options.text.replace(/^ *readonly websocket\?: WebSocketOptions\n/m, '')
  const names = options.names.filter(name => name !== 'WebSocketOptions')
  return new Map([...runtime, ['ClientOptions', { ...options, text, names }]])
}

// A constant for each route, and nothing that runs: a bundler leaves out what nobody imports.
function moduleText(
  { routes, imported, named, scope, functions, entries }: ClientParts,
  constants: string[],
  hasPacking: boolean,
) {
  const packing = packingArgument(hasPacking)
  const from = "from '@alien-rpc/service/client'\n"
  const table = routes.map(({ name }, index) => `  ${objectKey(name, singleQuoted)}: ${constants[index]},\n`)
  return [
    `import { ${imported.join(', ')} } ${from}export { RpcError } ${from}`,
    ...named.flatMap(({ id, enumMembers }) =>
      enumMembers ? [`\nexport ${enumToConstant(enumMembers, scope.nameOf(id))}`] : [],
    ),
    ...functions.map(text => `\n${text}\n`),
    '\n',
    ...constants.map((name, index) => `export const ${name} = ${entries[index]}\n`),
    `\nexport function createClient(options: any) {\n  return createRpcClient(options, {\n${table.join('').replaceAll(/^/gm, '  ').trimEnd()}\n  }${packing})\n}\n`,
    `\nexport function createClientWith(options: any, calls: any) {\n  return createRpcClient(options, calls${packing})\n}\n`,
  ].join('')
}

function declarationsText(parts: ClientParts, constants: string[], runtime: readonly RuntimeDeclaration[]) {
  const { routes, named, scope, sockets } = parts
  const ambient = { ...scope, ambient: true } as const
  const calls = routes.map((route, index) => {
    const method = `Client[${singleQuoted(route.name)}]`
    return `${docComment(`\`${placeOf(route)}\``)}export declare const ${constants[index]}: ClientCall<${method}>\n`
  })
  return [
    `${GENERATED} Do not edit.\n`,
    ...named.map(type => `\n${namedTypeToDeclaration(type, ambient)}`),
    ...sockets.map(text => `\n${text}`),
    clientInterface(parts),
    '\n/** Calls the server at `options.prefixUrl`. */\nexport declare function createClient(options: ClientOptions): Client\n',
    CLIENT_WITH,
    ...calls.map(text => `\n${text}`),
    ...runtime.map(it => `\n${withModifiers(it)}`),
    // Without it everything in a declaration file counts as exported.
    '\nexport {}\n',
  ].join('')
}

const CLIENT_WITH = `
declare const method: unique symbol

/** One call, for \`createClientWith\`. */
export interface ClientCall<Method> {
  readonly [method]: Method
}

/** The same with these calls only: \`createClientWith(options, { getUser })\`. A bundler leaves out the others. */
export declare function createClientWith<Calls extends { readonly [name: string]: ClientCall<unknown> }>(
  options: ClientOptions,
  calls: Calls,
): { [Name in keyof Calls]: Calls[Name] extends ClientCall<infer Method> ? Method : never }
`

function withModifiers({ text, declare, isPublic }: RuntimeDeclaration): string {
  const modifiers = `${isPublic ? 'export ' : ''}${declare}`
  const comment = /^\/\*\*[\s\S]*?\*\/\n/.exec(text)?.[0] ?? ''
  return `${comment}${modifiers}${text.slice(comment.length)}`
}
