// A route → what it is on the wire, in lines of Markdown: `GET /stream/:type` → stream of `{ index: number }`, and what it takes.
import { modelToType } from '../../transformer/src/emit/model-to-declaration.ts'
import { createTypes } from '../../transformer/src/emit/type-facts.ts'
import type {
  AnswerModel,
  AnyRouteModel,
  RouteModel,
  SocketModel,
} from '../../transformer/src/model/route-model.ts'
import type { TypeGraph, TypeModel } from '../../transformer/src/model/type-model.ts'
import { code } from './markdown.ts'
import { constraintsOf } from './model-to-constraints.ts'

/** `middleware`: in the words of `middlewareOf`. */
export function routeToText(
  route: AnyRouteModel,
  graph: TypeGraph,
  middleware: readonly string[],
): readonly string[] {
  const show = showTypes(graph)
  const lines = route.output === 'socket' ? socketLines(route, show) : routeLines(route, show)
  if (middleware.length > 0) lines.push(`middleware ${middleware.join(', ')}`)
  if (route.framing) lines.push(`the client asks for ${NAMES[route.framing]} by default`)
  return [...lines, ...limited(constraintLines(route, graph))]
}

const NAMES = { json: 'JSON', msgpack: 'MessagePack' } as const

type Show = (model: TypeModel | undefined) => string

/** What a hover shows of a type; the rest of it is in the generated client. */
const MAX_TYPE_LENGTH = 800

function showTypes(graph: TypeGraph): Show {
  const types = createTypes(graph)
  const scope = { types, nameOf: (id: string) => graph.get(id)?.name ?? id }
  return model => {
    if (!model) return 'nothing'
    const text = modelToType(model, scope)
    return code(text.length <= MAX_TYPE_LENGTH ? text : `${text.slice(0, MAX_TYPE_LENGTH - 1)}…`)
  }
}

function routeLines(route: RouteModel, show: Show): string[] {
  const lines = [`${code(`${route.method} ${route.path}`)} → ${answerText(route, show)}`]
  if (route.args) lines.push(`takes ${show(route.args.model)}${sourceText(route)}`)
  if (route.returns) lines.push(`returns at its end ${show(route.returns)}`)
  return lines
}

function socketLines({ path, message, request, subscribe }: SocketModel, show: Show): string[] {
  const lines = [`${code(`WS ${path}`)} in JSON or MessagePack`]
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
      return result ? `${show(result)} as JSON or MessagePack` : 'nothing (204)'
    case 'stream':
      return `stream of ${show(result)} as json-seq, ndjson, text/event-stream or MessagePack`
    case 'response':
      return 'a web `Response`, passed through'
    default:
      return output satisfies never
  }
}

function sourceText({ args, path }: RouteModel): string {
  const strict = args?.strict ? ', strictly' : ''
  const inPath = (path.match(/\/[:*]/g) ?? []).length
  if (args?.model.kind === 'object' && args.model.properties.length === inPath)
    return ` from the path${strict}`
  switch (args?.source) {
    case 'query':
      return ` from ${inPath > 0 ? 'path and ' : ''}query${strict}`
    case 'body':
      return ` from ${inPath > 0 ? 'path and ' : 'the '}body${strict}`
    case 'whole':
      return ` as the whole body${strict}`
    default:
      return ` from the path${strict}`
  }
}

function constraintLines(route: AnyRouteModel, graph: TypeGraph): string[] {
  const of = (model: TypeModel | undefined, name: string) => (model ? constraintsOf(model, name, graph) : [])
  if (route.output !== 'socket') {
    const item = route.output === 'stream' ? 'item' : 'result'
    return [...of(route.args?.model, 'args'), ...of(route.result, item), ...of(route.returns, 'end')]
  }
  const { message, request, subscribe } = route
  return [
    ...of(message, 'message'),
    ...[...of(request?.input, 'request'), ...of(request?.result, 'response')],
    ...[...of(subscribe?.input, 'subscription'), ...of(subscribe?.result, 'item')],
  ]
}

const MAX_LINES = 12

function limited(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LINES) return lines
  return [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more with type tags`]
}
