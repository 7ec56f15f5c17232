// A position on a route's declaration → TypeScript's hover, with what the route is on the wire before it.
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
import type { RouteProject } from './project.ts'

export function hoverOf(
  project: RouteProject,
  own: ts.QuickInfo | undefined,
  file: string,
  position: number,
): ts.QuickInfo | undefined {
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (!own || !program || !source) return own
  const analysis = project.analysis().analysis(project.compilerOf(program))
  const all: AnyRouteModel[] = [...analysis.routes, ...analysis.sockets]
  const inFile = all.filter(({ place }) => place.file === source.fileName)
  const route = inFile.find(it => isOn(it, source.text, position))
  if (!route) return own
  const text = [routeText(route, analysis), '', ...(own.documentation?.length ? [''] : [])].join('\n')
  return { ...own, documentation: [{ kind: 'text', text }, ...(own.documentation ?? [])] }
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
