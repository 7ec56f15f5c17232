// What reading a route and reading a socket have in common: names, documentation, problems of types as findings.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'
import { isOn, type RuleSettings } from '../diagnostics/rule-settings.ts'
import type { Place, RuleName } from '../model/finding.ts'
import type { AnyRouteModel } from '../model/route-model.ts'
import type { TypeModel } from '../model/type-model.ts'
import { caughtPaths } from './lint/bodies-to-caught.ts'
import { bodiesOf } from './lint/handler-to-bodies.ts'
import { createProblemCollector, type PlacedProblem, type ProblemCollector } from './node-to-problems.ts'
import type { DeclaredRoute } from './routes-to-duplicates.ts'
import type { RouteMethod } from './source-to-calls.ts'
import { type Docs, docsOf } from './symbol-to-doc.ts'
import { TYPE_LIMITS, type TypeNode } from './type-node.ts'
import type { ProgramTypes } from './type-to-model.ts'
import { readMembers } from './union-to-model.ts'

export interface RouteDeclaration {
  readonly name: string
  readonly method: RouteMethod
  readonly call: ts.CallExpression
  readonly declaration: ts.Identifier
}

export interface RouteReading extends DeclaredRoute {
  /** Absent when there is a finding that stops it from being compiled. Refers to types by the reader's ids. */
  readonly route?: AnyRouteModel
}

/** What the routes of one analysis share. */
export interface RouteReader {
  readonly types: ProgramTypes
  readonly findings: Findings
  readonly argsProblems: ProblemCollector
  readonly sentProblems: ProblemCollector
  /** False of rules that the project has turned off, or never turned on: nothing has to be looked for. */
  readonly isOn: (rule: RuleName) => boolean
}

export function createRouteReader(types: ProgramTypes, findings: Findings, rules: RuleSettings): RouteReader {
  const [argsProblems, sentProblems] = [createProblemCollector(true), createProblemCollector(false)]
  return { types, findings, argsProblems, sentProblems, isOn: rule => isOn(rule, rules) }
}

const THENABLE =
  'A client with a method "then" is a promise to "await", which would call this route: give it another name.'

export function checkName({ name, declaration }: RouteDeclaration, findings: Findings): void {
  if (name === 'then') findings.add('reserved-name', placeOf(declaration), THENABLE)
}

export function docsOfDeclaration(compiler: Compiler, declaration: ts.Identifier): Docs {
  const symbol = compiler.checker.getSymbolAtLocation(declaration)
  return symbol ? docsOf(compiler, symbol) : {}
}

/** Where types that are sent come from. */
export interface SentBy {
  readonly signature: ts.Signature
  /** Where findings point. */
  readonly place: Place
}

/** The model of what is sent, with findings on what cannot be; undefined of no types: nothing is sent. */
export function readSent(
  { types, findings, sentProblems }: RouteReader,
  sent: readonly ts.Type[],
  name: string,
  { signature, place }: SentBy,
): TypeModel | undefined {
  const node = nodeOf(types, sent)
  if (!node) return undefined
  const problems = sentProblems.collect(node, name)
  if (problems.length > 0) {
    const caught = caughtPaths(types.compiler, bodiesOf(types.compiler, signature))
    const isCaught = ({ rule, path }: PlacedProblem) =>
      rule === 'any-in-result' && caught.has(path.slice(name.length))
    addProblems(
      problems.filter(it => !isCaught(it)),
      place,
      findings,
    )
  }
  return node.model
}

/** The same of types that are not sent together, so that nothing has to tell them apart. */
export function readUnsent({ types }: RouteReader, all: readonly ts.Type[]): TypeModel | undefined {
  return nodeOf(types, all)?.model
}

function nodeOf(types: ProgramTypes, all: readonly ts.Type[]): TypeNode | undefined {
  const [first, ...more] = all
  return first && more.length === 0 ? types.read(first) : first && readMembers(types, all)
}

/** One finding for each rule, that names every path. */
export function addProblems(problems: readonly PlacedProblem[], place: Place, findings: Findings): void {
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
