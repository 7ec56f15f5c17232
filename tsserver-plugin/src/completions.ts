// A position in a route's path, or in the type of its arguments → the names that belong there, beside TypeScript's own.
import { isPathProblem, parsePath } from '@alien-rpc/service/generated'
import type ts from 'typescript'
import type { Compiler } from '../../transformer/src/compiler.ts'
import { handlerOf } from './fixes/nodes.ts'
import type { RouteProject } from './project.ts'
import { type RouteCallAt, routeCallAt } from './route-call-at.ts'

type Completions = ts.WithMetadata<ts.CompletionInfo> | undefined

export function completionsOf(
  project: RouteProject,
  own: Completions,
  file: string,
  position: number,
): Completions {
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (!program || !source) return own
  const compiler = project.compilerOf(program)
  const at = routeCallAt(compiler, source, position)
  if (!at) return own
  const inPath = pathEntries(project, compiler, at, position)
  // All that TypeScript knows to offer there is the half-written path itself.
  if (inPath.length > 0) return { ...(own ?? EMPTY), entries: inPath }
  const entries = argumentEntries(project, at, position)
  if (entries.length === 0) return own
  return { ...(own ?? EMPTY), entries: [...entries, ...(own?.entries ?? [])] }
}

const EMPTY = { isGlobalCompletion: false, isMemberCompletion: false, isNewIdentifierLocation: true }

/** After a slash: parameters for arguments that the path does not have yet, and what other routes go on with. */
function pathEntries(
  project: RouteProject,
  compiler: Compiler,
  { call, around }: RouteCallAt,
  position: number,
): ts.CompletionEntry[] {
  const { ts } = project
  const literal = around[0]
  if (!literal || !ts.isStringLiteralLike(literal) || literal !== call.arguments[0]) return []
  const { text } = literal.getSourceFile()
  const start = literal.getStart() + 1
  const segment = text.lastIndexOf('/', position - 1) + 1
  if (segment <= start) return []
  const path = text.slice(start, literal.getEnd()).replace(/['"`]$/, '')
  const end = start + path.length
  const slash = path.indexOf('/', position - start)
  const replacementSpan = { start: segment, length: (slash < 0 ? end : start + slash) - segment }
  const rest = path.split('/')
  const current = text.slice(segment, replacementSpan.start + replacementSpan.length)
  const args = argumentNames(compiler, call).filter(
    name => !rest.includes(`:${name}`) && !rest.includes(`*${name}`),
  )
  const own = args.map(name => `:${name}`)
  const others = nextSegments(project, compiler, text.slice(start, segment)).filter(
    it => !own.includes(it) && it !== current,
  )
  const entry = (name: string, sortText: string) => ({
    name,
    kind: ts.ScriptElementKind.string,
    sortText,
    replacementSpan,
  })
  return [...own.map(name => entry(name, '0')), ...others.map(name => entry(name, '1'))]
}

/** What the paths of the project have behind a prefix that ends in a slash. */
function nextSegments(project: RouteProject, compiler: Compiler, prefix: string): string[] {
  const segments = project
    .analysis()
    .declared(compiler)
    .flatMap(({ path }) => (path?.startsWith(prefix) ? path.slice(prefix.length).split('/', 1) : []))
  return [...new Set(segments)].filter(it => it !== '').sort()
}

function argumentNames({ checker }: Compiler, call: ts.CallExpression): string[] {
  const handler = call.arguments.length > 1 ? call.arguments.at(-1) : undefined
  const [signature] = handler ? checker.getTypeAtLocation(handler).getCallSignatures() : []
  const [args] = signature?.getParameters() ?? []
  if (!args || !handler) return []
  const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(args, handler))
  return checker.getPropertiesOfType(type).map(({ name }) => name)
}

/** Where a property's name stands in `(args: { … })`: parameters of the path that are not declared yet. */
function argumentEntries(
  { ts }: RouteProject,
  { call, around }: RouteCallAt,
  position: number,
): ts.CompletionEntry[] {
  const literal = around.find(ts.isTypeLiteralNode)
  const [parameter] = handlerOf(ts, call)?.parameters ?? []
  const [path] = call.arguments
  if (!literal || literal !== parameter?.type || !path || !ts.isStringLiteralLike(path)) return []
  const before = literal.getSourceFile().text.slice(literal.getStart(), position)
  if (!/[{;,\n]\s*\w*$/.test(before)) return []
  const pattern = parsePath(path.text)
  if (isPathProblem(pattern)) return []
  // The one that is being written is none yet.
  const members = literal.members.filter(
    ({ name }) => !name || position < name.getStart() || position > name.getEnd(),
  )
  const declared = new Set(members.map(({ name }) => name?.getText()))
  const kind = ts.ScriptElementKind.memberVariableElement
  return pattern.params
    .filter(name => !declared.has(name))
    .map(name => ({ name, kind, sortText: '0', insertText: `${name}: string` }))
}
