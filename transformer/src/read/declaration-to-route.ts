// One exported route call in → what it declares (types as nodes, not yet named) and findings out.
import { type PathPattern, pathKey } from '@alien-rpc/service/generated'
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'
import type { Place } from '../model/finding.ts'
import type { ArgsModel, HttpMethod, RouteModel } from '../model/route-model.ts'
import { readArgs } from './args-to-model.ts'
import { type HandlerReading, readHandler } from './call-to-handler.ts'
import { readOptions } from './call-to-options.ts'
import { type PathReading, readPath } from './call-to-path.ts'
import { lintBounds, lintSegments } from './lint/lint-args.ts'
import { lintStream } from './lint/lint-stream.ts'
import { outputOf } from './return-to-output.ts'
import {
  addProblems,
  checkName,
  docsOfDeclaration,
  type RouteDeclaration,
  type RouteReader,
  type RouteReading,
  readSent,
} from './route-reader.ts'
import { unionParts } from './socket-answer-types.ts'
import { UNDEFINED_HERE } from './type-node.ts'
import { definedNode, mayBeUndefined } from './union-to-model.ts'

/** A declaration of any method but `ws`. */
export type HttpDeclaration = RouteDeclaration & { readonly method: HttpMethod }

export function readRoute(reader: RouteReader, declared: HttpDeclaration): RouteReading {
  const { types, findings } = reader
  const errorsBefore = findings.errors
  const { name, method, call, declaration } = declared
  const place = placeOf(declaration)
  checkName(declared, findings)
  const path = readPath(types.compiler, call, findings)
  const key = path && `${method} ${pathKey(path.pattern)}`
  const handler = readHandlerOf(types.compiler, call, findings)
  const args = handler && readArgsOf(reader, declared, path, handler)
  const { strict, framing } = readOptions(types.compiler, call, findings)
  const output = handler && readOutput(reader, handler, place)
  const reading = { name, place, ...(key === undefined ? {} : { key }) }
  if (!path || !output || findings.errors > errorsBefore) return reading
  const route: RouteModel = {
    name,
    method,
    path: path.text,
    ...docsOfDeclaration(types.compiler, declaration),
    place,
    call: { start: call.getStart(), end: call.getEnd() },
    ...output,
    ...(framing === undefined ? {} : { framing }),
    ...(args ? { args: { ...args, ...(strict ? { strict } : {}) } } : {}),
  }
  return { ...reading, route }
}

function readHandlerOf(
  compiler: Compiler,
  call: ts.CallExpression,
  findings: Findings,
): HandlerReading | undefined {
  const node = call.arguments.at(-1)
  if (!node || call.arguments.length < 2) return undefined
  const handler = readHandler(compiler, node)
  if (typeof handler !== 'string') return handler
  findings.add('handler-not-callable', placeOf(node), handler)
  return undefined
}

const NO_PATH: PathPattern = { segments: [], params: [] }

function readArgsOf(
  reader: RouteReader,
  { method, call }: HttpDeclaration,
  path: PathReading | undefined,
  handler: HandlerReading,
): ArgsModel | undefined {
  const { types, findings, argsProblems } = reader
  const place = placeOf(handler.argsNode)
  if (!handler.args) {
    if (path) reportUndeclared(path, findings)
    return undefined
  }
  // `(args: { page?: number } = {})`: the server always passes arguments.
  const node = definedNode(types, handler.args)
  const errorsBefore = findings.errors
  addProblems(argsProblems.collect(node, 'args'), place, findings)
  if (findings.errors > errorsBefore) return undefined
  const { args, problems } = readArgs(method, path?.pattern ?? NO_PATH, node.model, types.lookUp)
  if (!path) return undefined
  for (const { rule, message, param } of problems) {
    if (param === undefined) findings.add(rule, place, message)
    else
      findings.add(rule, paramPlace(path, param), message, [
        { message: 'The arguments are declared here.', place },
      ])
  }
  if (args.source === 'query') lintSegments(reader, path, args.model)
  lintBounds(reader, call, args.model, 'args', place)
  return args
}

// Without arguments no client could say what is in the path.
function reportUndeclared(path: PathReading, findings: Findings): void {
  for (const param of path.pattern.params) {
    const message = `The path has a parameter "${param}", but the handler takes no arguments. Declare it, as in (args: { ${param}: string }) => ….`
    findings.add('path-parameter-missing', paramPlace(path, param), message)
  }
}

function paramPlace({ text, placeAt }: PathReading, param: string): Place {
  const offset = text.split('/').findIndex(segment => segment.slice(1) === param && /^[:*]/.test(segment))
  const start = text.split('/').slice(0, offset).join('/').length + 1
  return placeAt(start, param.length + 1)
}

type Output = Pick<RouteModel, 'output' | 'result' | 'returns'>

function readOutput(
  reader: RouteReader,
  { returned, resultNode, signature }: HandlerReading,
  name: Place,
): Output | undefined {
  const { types, findings } = reader
  const place = resultNode ? placeOf(resultNode) : name
  const output = outputOf(types.compiler, returned)
  if (typeof output === 'string') {
    findings.add('not-serializable', place, output)
    return undefined
  }
  if (output.output === 'response') return output
  const isStream = output.output === 'stream'
  if (isStream && output.result.some(type => mayBeUndefined(types.compiler, type))) {
    findings.add('not-serializable', place, `item: ${UNDEFINED_HERE}`)
  }
  if (isStream) {
    const streams = unionParts(types.compiler.checker.getAwaitedType(returned) ?? returned)
    lintStream(reader, { signature, streams, isSubscription: false, place: name })
  }
  const by = { signature, place }
  const result = readSent(reader, output.result, isStream ? 'item' : 'result', by)
  const returns = readSent(reader, output.returns, 'return value', by)
  return { output: output.output, ...(result ? { result } : {}), ...(returns ? { returns } : {}) }
}
