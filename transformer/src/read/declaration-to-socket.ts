// One exported `route.ws(path, definition)` call in → what it declares (types as nodes, not yet named) and findings out.
import { pathKey } from '@alien-rpc/service/generated'
import type ts from 'typescript'
import { placeOf } from '../diagnostics/node-to-place.ts'
import type { AnswerModel, CallModel, LiteralValue, SocketModel, VariantGroup } from '../model/route-model.ts'
import type { TypeModel } from '../model/type-model.ts'
import { readFraming } from './call-to-options.ts'
import { readPath } from './call-to-path.ts'
import { readHandlers, type SocketHandler, type SocketHandlers } from './definition-to-handlers.ts'
import { readVariants, type VariantReading } from './handler-to-variants.ts'
import { lintBounds } from './lint/lint-args.ts'
import { lintStream } from './lint/lint-stream.ts'
import type { AnswerTypes } from './return-to-output.ts'
import {
  addProblems,
  checkName,
  docsOfDeclaration,
  type RouteDeclaration,
  type RouteReader,
  type RouteReading,
  readSent,
  readUnsent,
} from './route-reader.ts'
import { answerTypes, type CallKind, subscriptionStreams } from './socket-answer-types.ts'
import { UNDEFINED_HERE } from './type-node.ts'
import { definedNode, mayBeUndefined } from './union-to-model.ts'
import { answerOfVariants } from './variant-to-answer.ts'
import { findUnhandled } from './variants-to-unhandled.ts'

export function readSocket(reader: RouteReader, declared: RouteDeclaration): RouteReading {
  const { types, findings } = reader
  const { name, call, declaration } = declared
  const errorsBefore = findings.errors
  const place = placeOf(declaration)
  checkName(declared, findings)
  const path = readPath(types.compiler, call, findings)
  const handlers = readHandlers(types.compiler, call, findings)
  const models = readModels(reader, call, handlers)
  const definition = call.arguments[1]
  const framing = definition && readFraming(types.compiler, definition, findings)
  const reading = { name, place, ...(path ? { key: `WS ${pathKey(path.pattern)}` } : {}) }
  if (!path || findings.errors > errorsBefore) return reading
  const route: SocketModel = {
    ...{ name, path: path.text, place, output: 'socket', params: path.pattern.params },
    ...docsOfDeclaration(types.compiler, declaration),
    call: { start: call.getStart(), end: call.getEnd() },
    ...framing,
    ...models,
  }
  return { ...reading, route }
}

type Models = Pick<SocketModel, 'message' | 'request' | 'subscribe'>

function readModels(
  reader: RouteReader,
  call: ts.CallExpression,
  { onMessage, onRequest, onSubscribe }: SocketHandlers,
): Models {
  const models: Models = {
    ...(onMessage ? { message: readInput(reader, 'message', onMessage) } : {}),
    ...(onRequest ? { request: readCall(reader, 'request', onRequest) } : {}),
    ...(onSubscribe ? { subscribe: readCall(reader, 'subscribe', onSubscribe) } : {}),
  }
  const lint = (handler: SocketHandler | undefined, model: TypeModel | undefined, name: string) => {
    if (handler && model) lintBounds(reader, call, model, name, placeOf(handler.argsNode))
  }
  lint(onMessage, models.message, 'message')
  lint(onRequest, models.request?.input, 'request')
  lint(onSubscribe, models.subscribe?.input, 'subscription')
  if (onSubscribe) {
    const { signature, returned, place } = onSubscribe
    const streams = subscriptionStreams(reader.types.compiler, returned)
    lintStream(reader, { signature, streams, isSubscription: true, place: placeOf(place) })
  }
  return models
}

function readInput(
  { types, findings, argsProblems }: RouteReader,
  name: string,
  handler: SocketHandler,
): TypeModel {
  const node = definedNode(types, handler.args)
  addProblems(argsProblems.collect(node, name), placeOf(handler.argsNode), findings)
  return node.model
}

function readCall(reader: RouteReader, kind: CallKind, handler: SocketHandler): CallModel {
  const { compiler } = reader.types
  const input = readInput(reader, kind === 'request' ? 'request' : 'subscription', handler)
  const whole = answerTypes(compiler, kind, [handler.returned])
  if (typeof whole === 'string') {
    const name = kind === 'request' ? 'onRequest' : 'onSubscribe'
    reader.findings.add('not-serializable', answerPlace(handler), `${name} returns ${whole}.`)
    return { input }
  }
  const variants = readVariants(compiler, handler)
  if (!variants) return { input, ...readAnswer(reader, kind, handler, whole) }
  reportUnhandled(reader, kind, handler, variants)
  const groups = readGroups(reader, kind, handler, variants)
  const all = answerOfVariants(compiler, kind, variants, handler, variants.all)
  const [first] = groups
  if (!first || typeof all === 'string') return { input, ...readAnswer(reader, kind, handler, whole) }
  if (groups.length === 1) return { input, ...toAnswer(first.result, first.returns) }
  return {
    input,
    ...toAnswer(readUnsent(reader, all.result), readUnsent(reader, all.returns)),
    variants: { key: variants.variants.key, groups },
  }
}

function answerPlace({ resultNode, place }: SocketHandler) {
  return placeOf(resultNode ?? place)
}

function readAnswer(
  reader: RouteReader,
  kind: CallKind,
  handler: SocketHandler,
  { result, returns }: AnswerTypes,
): AnswerModel {
  const place = answerPlace(handler)
  const { compiler } = reader.types
  if (kind === 'subscribe' && result.some(type => mayBeUndefined(compiler, type))) {
    reader.findings.add('not-serializable', place, `item: ${UNDEFINED_HERE}`)
  }
  const by = { signature: handler.signature, place }
  const sent = readSent(reader, result, kind === 'request' ? 'response' : 'item', by)
  const returned = readSent(reader, returns, 'return value', by)
  return toAnswer(sent, returned)
}

function toAnswer(result: TypeModel | undefined, returns: TypeModel | undefined): AnswerModel {
  return { ...(result ? { result } : {}), ...(returns ? { returns } : {}) }
}

/** None where something in the body cannot be told apart. */
function readGroups(
  reader: RouteReader,
  kind: CallKind,
  handler: SocketHandler,
  reading: VariantReading,
): VariantGroup[] {
  const answers = new Map<string, { readonly answer: AnswerModel; readonly values: LiteralValue[] }>()
  for (const value of reading.all) {
    const types = answerOfVariants(reader.types.compiler, kind, reading, handler, [value])
    if (typeof types === 'string') return []
    const answer = readAnswer(reader, kind, handler, types)
    const key = JSON.stringify(answer)
    const known = answers.get(key)
    if (known) known.values.push(value)
    else answers.set(key, { answer, values: [value] })
  }
  return [...answers.values()].map(({ answer, values }) => ({
    ...{ values, inputs: inputsOf(reader, reading, values) },
    ...answer,
  }))
}

function inputsOf(reader: RouteReader, { variants }: VariantReading, own: readonly LiteralValue[]) {
  return variants.members.flatMap(({ type, values }) => {
    const only = values.filter(value => own.includes(value))
    if (only.length === 0) return []
    const { model } = reader.types.read(type)
    return [only.length === values.length ? { model } : { model, only }]
  })
}

function reportUnhandled(
  { types, findings }: RouteReader,
  kind: CallKind,
  { argsNode }: SocketHandler,
  reading: VariantReading,
): void {
  const name = kind === 'request' ? 'onRequest' : 'onSubscribe'
  for (const value of findUnhandled(types.compiler, reading)) {
    const variant = `{ ${reading.variants.key}: ${JSON.stringify(value)} }`
    const message = `${name} takes ${variant}, but no branch handles it: it would be answered with nothing. Handle it, or take it out of the type.`
    findings.add('unhandled-variant', placeOf(argsNode), message)
  }
}
