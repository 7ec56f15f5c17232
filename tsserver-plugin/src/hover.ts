// A position on a route's declaration, on a call of the client, or on a finding → TypeScript's hover with what is known of them.
import type ts from 'typescript'
import type { Compiler } from '../../transformer/src/compiler.ts'
import { type Finding, RULES } from '../../transformer/src/model/finding.ts'
import { documentationOf } from '../../transformer/src/model/homepage.ts'
import type { Analysis, AnyRouteModel } from '../../transformer/src/model/route-model.ts'
import type { NamedRoute } from '../../transformer/src/read/declaration-to-name.ts'
import { routeCalledAt } from './client-to-route.ts'
import { nodesAround } from './fixes/nodes.ts'
import { lines } from './markdown.ts'
import type { RouteProject } from './project.ts'
import { middlewareOf } from './route-to-middleware.ts'
import { routeToText } from './route-to-text.ts'

export function hoverOf(
  project: RouteProject,
  own: ts.QuickInfo | undefined,
  file: string,
  position: number,
): ts.QuickInfo | undefined {
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (!program || !source) return own
  const compiler = project.compilerOf(program)
  const isHere = ({ place }: { readonly place: Finding['place'] }) =>
    position >= place.start && position <= place.start + place.length
  const [found] = project.analysis().findings(compiler, source.fileName).filter(isHere)
  if (!own) return found && { ...infoOf(project, found), documentation: asParts(linkOf(found)) }
  const paragraphs = found ? [linkOf(found)] : []
  const called = calledRoute(project, own, compiler, file, position)
  if (called) {
    // What TypeScript says of the client's method is from the generated file.
    const texts = [textOf(compiler, called), called.route.doc ?? '', ...paragraphs]
    return { ...own, documentation: asParts(...texts) }
  }
  const declared = declaredRoute(project, compiler, source, position)
  if (declared) paragraphs.unshift(textOf(compiler, declared))
  if (paragraphs.length === 0) return own
  const rest = own.documentation ?? []
  return { ...own, documentation: [...asParts(...paragraphs, ...(rest.length > 0 ? [''] : [])), ...rest] }
}

/** Where TypeScript has nothing to say: in a path, for example. */
function infoOf({ ts }: RouteProject, { rule, place }: Finding): ts.QuickInfo {
  return {
    kind: ts.ScriptElementKind.unknown,
    kindModifiers: '',
    textSpan: { start: place.start, length: place.length },
    displayParts: [{ kind: 'text', text: `TS${RULES[rule].code}` }],
  }
}

/** The one place where editors let a link of a plugin be followed. */
function linkOf({ rule }: Finding): string {
  const { code, title } = RULES[rule]
  return `[TS${code} ${rule}](${documentationOf(rule)}): ${title}`
}

/** Paragraphs of Markdown. */
function asParts(...paragraphs: readonly string[]): ts.SymbolDisplayPart[] {
  return [{ kind: 'text', text: paragraphs.join('\n\n') }]
}

interface Found {
  readonly route: AnyRouteModel
  readonly analysis: Analysis
}

function textOf(compiler: Compiler, { route, analysis }: Found): string {
  const call = callOf(compiler, route)
  return lines(routeToText(route, analysis.types, call ? middlewareOf(compiler, call) : []))
}

function callOf({ ts, program }: Compiler, { place, call }: AnyRouteModel): ts.CallExpression | undefined {
  const source = program.getSourceFile(place.file)
  return source && nodesAround(ts, source, call.start, call.end - call.start).find(ts.isCallExpression)
}

/** A method of the client. */
function calledRoute(
  project: RouteProject,
  { kind }: ts.QuickInfo,
  compiler: Compiler,
  file: string,
  position: number,
): Found | undefined {
  if (kind !== project.ts.ScriptElementKind.memberFunctionElement) return undefined
  const name = routeCalledAt(project, file, position)?.route.name
  return name === undefined ? undefined : findRoute(project, compiler, route => route.name === name)
}

function declaredRoute(
  project: RouteProject,
  compiler: Compiler,
  source: ts.SourceFile,
  position: number,
): Found | undefined {
  const isHere = ({ place }: NamedRoute) => place.file === source.fileName
  if (!project.analysis().declared(compiler).some(isHere)) return undefined
  return findRoute(
    project,
    compiler,
    route => route.place.file === source.fileName && isOn(route, source.text, position),
  )
}

function findRoute(
  project: RouteProject,
  compiler: Compiler,
  isMeant: (route: AnyRouteModel) => boolean,
): Found | undefined {
  const analysis = project.analysis().analysis(compiler)
  const route = [...analysis.routes, ...analysis.sockets].find(isMeant)
  return route && { route, analysis }
}

/** On the name, or on what is called: `route.get`. */
function isOn({ place, call }: AnyRouteModel, text: string, position: number): boolean {
  if (position >= place.start && position <= place.start + place.length) return true
  return position >= call.start && position < text.indexOf('(', call.start)
}
