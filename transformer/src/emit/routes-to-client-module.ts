// All routes in → the text of the typed client module out: named types, the `Client` interface, the table of calls.
import { GENERATED } from '../model/generated.ts'
import type { AnyRouteModel, RouteModel, SocketModel } from '../model/route-model.ts'
import { modelsOf } from '../model/route-models.ts'
import type { NamedType, TypeGraph, TypeModel } from '../model/type-model.ts'
import { type ClientScope, clientScope, decodeEntries, encodeEntries } from './client-codec.ts'
import { indentRest, objectKey, singleQuoted, toIdentifierPart } from './code.ts'
import { emitTwice, freeName } from './functions.ts'
import {
  type DeclarationScope,
  docComment,
  modelToType,
  namedTypeToDeclaration,
} from './model-to-declaration.ts'
import { unpackEntries } from './route-to-rows.ts'
import { OPENERS, routeTuple } from './route-tuple.ts'
import { socketEntry, socketInterface, socketMethod, socketTypeName } from './socket-to-client.ts'
import { admits, createTypes, reachedTypes, resolve, type Types } from './type-facts.ts'

// Names that the module's own text uses: a user's type of such a name gets a number.
const OWN_NAMES = [
  ...[
    'CallOptions',
    'Client',
    'ClientOptions',
    'ClientRoute',
    'RpcError',
    'RpcStream',
    'createClient',
    'createRpcClient',
  ],
  ...[
    'asBody',
    'inBody',
    'inQuery',
    'base64ToBytes',
    'bytesToBase64',
    'errorToJson',
    'jsonToError',
    'textToRegExp',
  ],
  ...['Array', 'ArrayBuffer', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Date', 'Error', 'Float32Array'],
  ...['Float64Array', 'Int16Array', 'Int32Array', 'Int8Array', 'Map', 'Number', 'Object', 'Promise'],
  ...['ReadonlyMap', 'ReadonlySet', 'Record', 'RegExp', 'Response', 'Set', 'URL', 'Uint16Array'],
  ...['Uint32Array', 'Uint8Array', 'Uint8ClampedArray', 'routes', 'undefined'],
]

// The same, where there are sockets.
const SOCKET_NAMES = [
  ...['RequestOptions', 'RpcSocket', 'SubscribeOptions'],
  ...['chooseAnswer', 'socketNotify', 'socketRequest', 'socketSubscribe'],
]

/** The last argument of `createRpcClient`: MessagePack is loaded when a call first asks for it, from a file of its own. Without, the client speaks JSON. */
export function packingArgument(hasPacking: boolean): string {
  return hasPacking ? ", () => import('@alien-rpc/service/msgpack')" : ''
}

/** Of the client, what its callers see. */
export interface DeclaredParts {
  /** Sorted by name. */
  readonly routes: readonly AnyRouteModel[]
  readonly named: readonly NamedType[]
  readonly scope: DeclarationScope
  /** The interfaces of sockets. */
  readonly sockets: readonly string[]
  /** Each of `routes` as a method: name, parameters and what it gives. */
  readonly signatures: readonly string[]
  /** Names of the module, to be taken by what is added to it. */
  readonly taken: Set<string>
}

/** What both forms of the client are put together from: the module here, and the package that others install. */
export interface ClientParts extends DeclaredParts {
  /** Functions of the runtime that are called, sorted. */
  readonly imported: readonly string[]
  /** What the entries call, in TypeScript. */
  readonly functions: readonly string[]
  /** The entry of each of `routes` in the table of calls. */
  readonly entries: readonly string[]
}

export interface PartsOptions {
  /** Names that the whole has besides those of the client's own module. */
  readonly reserved?: Iterable<string>
  /** The same routes and types as callers are to see them. Default: as they are. */
  readonly shown?: { readonly routes: readonly AnyRouteModel[]; readonly graph: TypeGraph }
  /** What stands after parameters and results of functions. */
  readonly annotation?: string
}

export function routesToClientParts(
  unsorted: readonly AnyRouteModel[],
  graph: TypeGraph,
  { reserved = [], shown = { routes: unsorted, graph }, annotation = ': any' }: PartsOptions = {},
): ClientParts {
  const types = createTypes(graph)
  const routes = sortedByName(unsorted)
  const visibleTypes = shown.graph === graph ? types : createTypes(shown.graph)
  const declared = declaredParts(sortedByName(shown.routes), visibleTypes, namesBeside(routes, reserved))
  const emitted = emitTwice({ prefix: '', annotation, taken: declared.taken }, functions => {
    const imported = new Set(runtimeOf(routes))
    const shared = clientScope(functions, types, imported)
    const entries = routes.map(route =>
      route.output === 'socket' ? socketEntry(route, shared, imported) : routeEntry(route, shared, imported),
    )
    return { entries, functions: functions.declarations(), imported: [...imported].sort() }
  })
  return { ...declared, ...emitted }
}

function declaredParts(routes: readonly AnyRouteModel[], types: Types, taken: Set<string>): DeclaredParts {
  const named = sortedByName(reachedTypes(routes.flatMap(modelsOf), types))
  const scope: DeclarationScope = { types, nameOf: exportedNames(named, taken) }
  const typeOf = socketTypes(
    routes.filter(route => route.output === 'socket'),
    taken,
  )
  return {
    ...{ routes, named, scope, taken },
    sockets: routes.flatMap(it =>
      it.output === 'socket' ? [socketInterface(it, typeOf(it.name), scope)] : [],
    ),
    signatures: routes.map(it =>
      it.output === 'socket' ? socketMethod(it, typeOf(it.name)) : routeMethod(it, scope),
    ),
  }
}

function runtimeOf(routes: readonly AnyRouteModel[]): string[] {
  return [...new Set(['createRpcClient', ...routes.map(({ output }) => OPENERS[output])])]
}

/** What types of users cannot be called. */
function namesBeside(routes: readonly AnyRouteModel[], reserved: Iterable<string> = []): Set<string> {
  const hasSockets = routes.some(route => route.output === 'socket')
  return new Set([...OWN_NAMES, ...runtimeOf(routes), ...(hasSockets ? SOCKET_NAMES : []), ...reserved])
}

function sortedByName<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => compare(a.name, b.name))
}

/**
 * A generated client and other routes → the same text with what callers see of those: their types and the interface `Client`. The
 * table of calls stays as it is, so this is for editors only, and takes a tenth of the time. Undefined if it is no such text.
 */
export function withDeclarations(
  client: string,
  unsorted: readonly AnyRouteModel[],
  graph: TypeGraph,
): string | undefined {
  const routes = sortedByName(unsorted)
  const imports = /^import type \{.*\} from .*$/m.exec(client)
  const errors = client.indexOf(ERRORS)
  const end = client.indexOf('\n}\n', client.indexOf('\nexport interface Client {\n'))
  if (!imports || errors < imports.index || end < errors) return undefined
  const parts = declaredParts(routes, createTypes(graph), namesBeside(routes))
  return [
    client.slice(0, imports.index),
    typeImport(routes),
    ERRORS,
    declarations(parts),
    client.slice(end + '\n}\n'.length),
  ].join('')
}

/** The module's TypeScript. Same routes, same bytes. */
export function routesToClientModule(
  unsorted: readonly AnyRouteModel[],
  graph: TypeGraph,
  hasPacking = true,
): string {
  return routesToClientTexts(unsorted, graph, hasPacking).module
}

export interface ClientTexts {
  /** TypeScript. */
  readonly module: string
  /** The JavaScript of what the module keeps to itself: the functions, and the table of calls. */
  readonly code: string
}

export function routesToClientTexts(
  unsorted: readonly AnyRouteModel[],
  graph: TypeGraph,
  hasPacking: boolean,
): ClientTexts {
  const parts = routesToClientParts(unsorted, graph, { annotation: MARK })
  const { routes, imported, functions, entries } = parts
  const lines = routes.map(({ name }, index) => `  ${objectKey(name, singleQuoted)}: ${entries[index]},\n`)
  const code = `${functions.map(text => `\n${text}\n`).join('')}\nconst routes = {\n${lines.join('')}}`
  const module = [
    `${GENERATED} Do not edit.\n`,
    `import { ${imported.join(', ')} } ${FROM}${typeImport(routes)}${ERRORS}`,
    declarations(parts),
    `${code.replaceAll(MARK, ': any')} satisfies Record<keyof Client, ClientRoute>\n`,
    CREATE_CLIENT,
    `export function createClient(options: ClientOptions): Client {\n  return createRpcClient<Client>(options, routes${packingArgument(hasPacking)})\n}\n`,
  ].join('')
  return { module, code: code.replaceAll(MARK, '') }
}

/** Stands for the annotations of functions until they are known: literals are escaped, so that no other text has it. */
const MARK = '\0'
const CREATE_CLIENT = '\n/** Calls the routes of the server at `options.prefixUrl`. */\n'

/**
 * A generated client → its imports, its exports of the runtime and `createClient`, which says of it all but types and what it keeps
 * to itself. Undefined if it is no such text.
 */
export function clientOutline(client: string): string | undefined {
  const errors = client.indexOf(ERRORS)
  const create = client.lastIndexOf(CREATE_CLIENT)
  if (errors < 0 || create < errors) return undefined
  return client.slice(0, errors + ERRORS.length) + client.slice(create)
}

/** By code units: the same order on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function exportedNames(named: readonly NamedType[], taken: Set<string>): (id: string) => string {
  const names = new Map(named.map(({ id, name }) => [id, freeName(toTypeName(name), taken)]))
  return id => names.get(id)!
}

/** By the names of the sockets. */
function socketTypes(sockets: readonly SocketModel[], taken: Set<string>): (name: string) => string {
  // `chatSocket` goes before `chat`.
  const isOwn = ({ name }: SocketModel) => socketTypeName(name).length === name.length
  const ordered = [...sockets.filter(isOwn), ...sockets.filter(it => !isOwn(it))]
  const names = new Map(ordered.map(it => [it.name, freeName(toTypeName(socketTypeName(it.name)), taken)]))
  return name => names.get(name)!
}

/** A name as one that can be declared: `Page<User>` → `Page_User`. */
export function toTypeName(name: string): string {
  const part = toIdentifierPart(name)
  return /^\p{ID_Continue}/u.test(part) && !/^[\p{ID_Start}_]/u.test(part) ? `_${part}` : part
}

const FROM = "from '@alien-rpc/service/client'\n"
const ERRORS = `export { RpcError } ${FROM}`

function typeImport(routes: readonly AnyRouteModel[]): string {
  return `import type { ${[...typesOfRuntime(routes), 'ClientRoute'].sort().join(', ')} } ${FROM}`
}

function declarations(parts: DeclaredParts): string {
  const types = [...parts.named.map(type => namedTypeToDeclaration(type, parts.scope)), ...parts.sockets]
  return `${types.map(text => `\n${text}`).join('')}${clientInterface(parts)}`
}

/** Types of the runtime that the declarations name. */
export function typesOfRuntime(routes: readonly AnyRouteModel[]): string[] {
  const sockets = routes.filter(route => route.output === 'socket')
  const isStream = (route: AnyRouteModel) => route.output === 'stream'
  return [
    ...(routes.length > 0 ? ['CallOptions'] : []),
    'ClientOptions',
    ...(sockets.some(({ request }) => request) ? ['RequestOptions'] : []),
    ...(sockets.length > 0 ? ['RpcSocket'] : []),
    ...(routes.some(isStream) || sockets.some(({ subscribe }) => subscribe) ? ['RpcStream'] : []),
    ...(sockets.some(({ subscribe }) => subscribe) ? ['SubscribeOptions'] : []),
  ]
}

// The `Client` interface

/** Starts with an empty line. */
export function clientInterface({ routes, signatures }: DeclaredParts): string {
  const methods = routes.map((route, index) => {
    const doc = route.doc?.trim()
    const where = `\`${placeOf(route)}\``
    return `  ${indentRest(`${docComment(doc ? `${doc}\n\n${where}` : where)}${signatures[index]}`, '  ')}\n`
  })
  return `\nexport interface Client {\n${methods.join('')}}\n`
}

/** `GET /users/:id`. */
export function placeOf(route: AnyRouteModel): string {
  return `${route.output === 'socket' ? 'WS' : route.method} ${route.path}`
}

function routeMethod(route: RouteModel, scope: DeclarationScope): string {
  const name = objectKey(route.name, singleQuoted)
  return `${name}(${argsText(route, scope)}, options?: CallOptions): ${resultText(route, scope)}`
}

function argsText({ args }: RouteModel, scope: DeclarationScope): string {
  // `{}` would accept anything, such as the options in the place of the arguments.
  if (!args) return 'args?: Record<string, never>'
  const mark = isOptional(args.model, scope.types) ? '?' : ''
  const resolved = resolve(args.model, scope.types)
  const isEmpty = resolved.kind === 'object' && resolved.properties.length === 0 && !resolved.index
  return `args${mark}: ${isEmpty ? 'Record<string, never>' : modelToType(args.model, scope)}`
}

/** True if a call may leave the arguments out. */
function isOptional(model: TypeModel, types: Types): boolean {
  const resolved = resolve(model, types)
  if (resolved.kind === 'object') return resolved.properties.every(({ optional }) => optional)
  return admits(resolved, 'undefined', types)
}

function resultText({ output, result, returns }: RouteModel, scope: DeclarationScope): string {
  const type = (model: TypeModel | undefined) => (model ? modelToType(model, scope) : 'void')
  switch (output) {
    case 'value':
      return `Promise<${type(result)}>`
    case 'stream':
      return `RpcStream<${type(result)}${returns ? `, ${type(returns)}` : ''}>`
    case 'response':
      return 'Promise<Response>'
    default:
      return output satisfies never
  }
}

// The table of calls

function routeEntry(route: RouteModel, shared: ClientScope, imported: Set<string>): string {
  const { name, method, path, output, framing, args } = route
  const put = putArguments(route)
  if (put) imported.add(put)
  const details = [
    ...(put ? [`put: ${put}`] : []),
    ...(framing ? [`framing: ${singleQuoted(framing)}`] : []),
    ...encodeEntries(args?.model, `${name}Args`, shared),
    ...decodeEntries(route, output === 'stream', name, shared),
    ...unpackEntries(route, { ...shared, hint: name, domain: 'json' }),
  ]
  return routeTuple(output, `${method} ${path}`, details)
}

/** The function of the runtime that takes the arguments which no path parameter takes, where there are any. */
function putArguments({ args, path }: RouteModel): string | undefined {
  if (!args || args.source === 'none') return undefined
  if (args.source !== 'query') return args.source === 'body' ? 'inBody' : 'asBody'
  return Object.keys(args.text).length > path.split(/[:*]/).length - 1 ? 'inQuery' : undefined
}
