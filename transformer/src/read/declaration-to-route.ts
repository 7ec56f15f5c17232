// One exported route call in → what it declares (types as nodes, not yet named) and findings out.
import { type PathPattern, pathKey } from '@alien-rpc/service/generated'
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'
import type { Place, RuleName } from '../model/finding.ts'
import type { ArgsModel, HttpMethod, RouteModel } from '../model/route-model.ts'
import type { TypeModel } from '../model/type-model.ts'
import { readArgs } from './args-to-model.ts'
import { type HandlerReading, readHandler } from './call-to-handler.ts'
import { readOptions } from './call-to-options.ts'
import { type PathReading, readPath } from './call-to-path.ts'
import { createProblemCollector, type PlacedProblem, type ProblemCollector } from './node-to-problems.ts'
import { outputOf } from './return-to-output.ts'
import type { DeclaredRoute } from './routes-to-duplicates.ts'
import { docOf } from './symbol-to-doc.ts'
import { TYPE_LIMITS, UNDEFINED_HERE } from './type-node.ts'
import type { ProgramTypes } from './type-to-model.ts'
import { definedNode, mayBeUndefined, readMembers } from './union-to-model.ts'

export interface RouteDeclaration {
  readonly name: string
  readonly method: HttpMethod
  readonly call: ts.CallExpression
  readonly declaration: ts.Identifier
}

export interface RouteReading extends DeclaredRoute {
  /** Absent when there is a finding that stops it from being compiled. Refers to types by the reader's ids. */
  readonly route?: RouteModel
}

/** What the routes of one analysis share. */
export interface RouteReader {
  readonly types: ProgramTypes
  readonly findings: Findings
  readonly argsProblems: ProblemCollector
  readonly sentProblems: ProblemCollector
}

export function createRouteReader(types: ProgramTypes, findings: Findings): RouteReader {
  const [argsProblems, sentProblems] = [createProblemCollector(true), createProblemCollector(false)]
  return { types, findings, argsProblems, sentProblems }
}

const THENABLE =
  'A client with a method "then" is a promise to "await", which would call this route: give it another name.'

export function readRoute(reader: RouteReader, declared: RouteDeclaration): RouteReading {
  const { types, findings } = reader
  const errorsBefore = findings.errors
  const { name, method, call, declaration } = declared
  const place = placeOf(declaration)
  if (name === 'then') findings.add('reserved-name', place, THENABLE)
  const path = readPath(types.compiler, call, findings)
  const key = path && `${method} ${pathKey(path.pattern)}`
  const handler = readHandlerOf(types.compiler, call, findings)
  const args = handler?.args && readArgsOf(reader, declared, path, handler, handler.args)
  const { strict } = readOptions(types.compiler, call, findings)
  const output = handler && readOutput(reader, handler, place)
  const reading = { name, place, ...(key === undefined ? {} : { key }) }
  if (!path || !output || findings.errors > errorsBefore) return reading
  const doc = docOfDeclaration(types.compiler, declaration)
  const route: RouteModel = {
    name,
    method,
    path: path.text,
    ...(doc === undefined ? {} : { doc }),
    place,
    call: { start: call.getStart(), end: call.getEnd() },
    ...output,
    ...(args ? { args: { ...args, ...(strict ? { strict } : {}) } } : {}),
  }
  return { ...reading, route }
}

function docOfDeclaration(compiler: Compiler, declaration: ts.Identifier): string | undefined {
  const symbol = compiler.checker.getSymbolAtLocation(declaration)
  return symbol && docOf(compiler, symbol)
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
  { types, findings, argsProblems }: RouteReader,
  { method }: RouteDeclaration,
  path: PathReading | undefined,
  handler: HandlerReading,
  type: ts.Type,
): ArgsModel | undefined {
  const place = placeOf(handler.argsNode)
  // `(args: { page?: number } = {})`: the server always passes arguments.
  const node = definedNode(types, type)
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
  return args
}

function paramPlace({ text, placeAt }: PathReading, param: string): Place {
  const offset = text.split('/').findIndex(segment => segment.slice(1) === param && /^[:*]/.test(segment))
  const start = text.split('/').slice(0, offset).join('/').length + 1
  return placeAt(start, param.length + 1)
}

type Output = Pick<RouteModel, 'output' | 'result' | 'returns'>

function readOutput(
  reader: RouteReader,
  { returned, resultNode }: HandlerReading,
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
  const result = readSent(reader, output.result, isStream ? 'item' : 'result', place)
  const returns = readSent(reader, output.returns, 'return value', place)
  return { output: output.output, ...(result ? { result } : {}), ...(returns ? { returns } : {}) }
}

function readSent(
  { types, findings, sentProblems }: RouteReader,
  sent: readonly ts.Type[],
  name: string,
  place: Place,
): TypeModel | undefined {
  if (sent.length === 0) return undefined
  const node = sent.length === 1 ? types.read(sent[0]!) : readMembers(types, sent)
  addProblems(sentProblems.collect(node, name), place, findings)
  return node.model
}

/** One finding for each rule, that names every path. */
function addProblems(problems: readonly PlacedProblem[], place: Place, findings: Findings): void {
  for (const rule of new Set(problems.map(problem => problem.rule))) {
    findings.add(rule, place, problemText(problems, rule))
  }
}

function problemText(problems: readonly PlacedProblem[], rule: RuleName): string {
  const own = problems.filter(it => it.rule === rule)
  const lines = [...new Set(own.map(it => `${it.path}: ${it.message}`))]
  const shown = lines.slice(0, TYPE_LIMITS.reportedPaths)
  return `${shown.join('; ')}${lines.length > shown.length ? '; and more' : ''}`
}
