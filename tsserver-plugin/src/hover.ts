// A position on a route's declaration, or on a call of the client → TypeScript's hover, with what the route is on the wire before it.
import type ts from 'typescript'
import { modelToType } from '../../transformer/src/emit/model-to-declaration.ts'
import { createTypes } from '../../transformer/src/emit/type-facts.ts'
import type {
  Analysis,
  AnswerModel,
  AnyRouteModel,
  RouteModel,
  SocketModel,
} from '../../transformer/src/model/route-model.ts'
import type { TypeModel } from '../../transformer/src/model/type-model.ts'
import type { NamedRoute } from '../../transformer/src/read/declaration-to-name.ts'
import { routeCalledAt } from './client-to-route.ts'
import type { RouteProject } from './project.ts'

export function hoverOf(
  project: RouteProject,
  own: ts.QuickInfo | undefined,
  file: string,
  position: number,
): ts.QuickInfo | undefined {
  const program = project.program()
  if (!own || !program) return own
  const called = calledRoute(project, own, program, file, position)
  if (called) return { ...own, documentation: documentation(called.route, called.analysis, called.route.doc) }
  const declared = declaredRoute(project, program, file, position)
  if (!declared) return own
  const parts = documentation(declared.route, declared.analysis, own.documentation?.length ? '' : undefined)
  return { ...own, documentation: [...parts, ...(own.documentation ?? [])] }
}

interface Found {
  readonly route: AnyRouteModel
  readonly analysis: Analysis
}

/** A method of the client: what TypeScript says of it is from the generated file. */
function calledRoute(
  project: RouteProject,
  { kind }: ts.QuickInfo,
  program: ts.Program,
  file: string,
  position: number,
): Found | undefined {
  if (kind !== project.ts.ScriptElementKind.memberFunctionElement) return undefined
  const name = routeCalledAt(project, file, position)?.route.name
  return name === undefined ? undefined : findRoute(project, program, route => route.name === name)
}

function declaredRoute(
  project: RouteProject,
  program: ts.Program,
  file: string,
  position: number,
): Found | undefined {
  const source = program.getSourceFile(file)
  const isHere = ({ place }: NamedRoute) => place.file === source?.fileName
  if (!source || !project.analysis().declared(project.compilerOf(program)).some(isHere)) return undefined
  return findRoute(
    project,
    program,
    route => route.place.file === source.fileName && isOn(route, source.text, position),
  )
}

function findRoute(
  project: RouteProject,
  program: ts.Program,
  isMeant: (route: AnyRouteModel) => boolean,
): Found | undefined {
  const analysis = project.analysis().analysis(project.compilerOf(program))
  const route = [...analysis.routes, ...analysis.sockets].find(isMeant)
  return route && { route, analysis }
}

/** `doc` stands in a paragraph of its own. */
function documentation(
  route: AnyRouteModel,
  analysis: Analysis,
  doc: string | undefined,
): ts.SymbolDisplayPart[] {
  const text = `${routeText(route, analysis)}\n${doc === undefined ? '' : `\n${doc}`}`
  return [{ kind: 'text', text }]
}

/** On the name, or on what is called: `route.get`. */
function isOn({ place, call }: AnyRouteModel, text: string, position: number): boolean {
  if (position >= place.start && position <= place.start + place.length) return true
  return position >= call.start && position < text.indexOf('(', call.start)
}

type Show = (model: TypeModel | undefined) => string

/** `GET /stream/:type → stream of { index: number }`, and what it takes. Lines of Markdown. */
export function routeText(route: AnyRouteModel, { types: graph }: Analysis): string {
  const types = createTypes(graph)
  const scope = { types, nameOf: (id: string) => graph.get(id)?.name ?? id }
  const show: Show = model => (model ? `\`${oneLine(modelToType(model, scope))}\`` : 'nothing')
  const lines = route.output === 'socket' ? socketLines(route, show) : routeLines(route, show)
  return lines.join('  \n')
}

function routeLines(route: RouteModel, show: Show): string[] {
  const lines = [`\`${route.method} ${route.path}\` → ${answerText(route, show)}`]
  if (route.args) lines.push(`takes ${show(route.args.model)}${sourceText(route)}`)
  if (route.returns) lines.push(`returns at its end ${show(route.returns)}`)
  return lines
}

function socketLines({ path, message, request, subscribe }: SocketModel, show: Show): string[] {
  const lines = [`\`WS ${path}\``]
  if (message) lines.push(`notify ${show(message)}`)
  for (const answer of answersOf(request))
    lines.push(`request ${show(answer.input)} → ${show(answer.result)}`)
  for (const answer of answersOf(subscribe)) {
    lines.push(`subscribe ${show(answer.input)} → stream of ${show(answer.result)}`)
  }
  return lines
}

/** Each variant by itself, where what is answered depends on it. */
function answersOf(call: SocketModel['request']): (AnswerModel & { readonly input: TypeModel })[] {
  if (!call) return []
  if (!call.variants) return [call]
  return call.variants.groups.flatMap(group => group.inputs.map(input => ({ ...group, input: input.model })))
}

function answerText({ output, result }: RouteModel, show: Show): string {
  switch (output) {
    case 'value':
      return result ? show(result) : 'nothing (204)'
    case 'stream':
      return `stream of ${show(result)} as json-seq, ndjson or text/event-stream`
    case 'response':
      return 'a web `Response`, passed through'
    default:
      return output satisfies never
  }
}

function sourceText({ args, path }: RouteModel): string {
  const inPath = (path.match(/\/[:*]/g) ?? []).length
  if (args?.model.kind === 'object' && args.model.properties.length === inPath) return ' from the path'
  const strict = args?.strict ? ', strictly' : ''
  switch (args?.source) {
    case 'query':
      return ` from path and query${strict}`
    case 'body':
      return ` from path and body${strict}`
    case 'whole':
      return ` as the whole body${strict}`
    default:
      return ` from the path${strict}`
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
