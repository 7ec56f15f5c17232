// A program in → its routes, their types and everything wrong with them out. What build, editor and CLI share.
import type ts from 'typescript'
import type { Compiler } from './compiler.ts'
import { compareFindings, createFindings, type Findings } from './diagnostics/findings.ts'
import { placeOf } from './diagnostics/node-to-place.ts'
import { applyRules, type RuleSettings } from './diagnostics/rule-settings.ts'
import type { Analysis } from './model/route-model.ts'
import { mapModels, modelsOf } from './model/route-models.ts'
import { readRoute } from './read/declaration-to-route.ts'
import { readSocket } from './read/declaration-to-socket.ts'
import { entriesToSame } from './read/entries-to-same.ts'
import { type NamedEntry, namesToGraph } from './read/names-to-graph.ts'
import {
  createRouteReader,
  type RouteDeclaration,
  type RouteReader,
  type RouteReading,
} from './read/route-reader.ts'
import { findDuplicates } from './read/routes-to-duplicates.ts'
import { routeFiles } from './read/source-to-calls.ts'
import { isDeclaredIn, readDeclarations } from './read/source-to-declarations.ts'
import { createTypeReader } from './read/type-to-model.ts'

export interface AnalyzeOptions {
  /** Kept by a host that asks again and again for the same program. */
  readonly cache?: WeakMap<ts.Program, Analysis>
  /** Severities that differ from the registry's. */
  readonly rules?: RuleSettings
}

/** Never throws for what a program holds, and never stops at the first problem: every problem is a finding. */
export function analyze(compiler: Compiler, options: AnalyzeOptions = {}): Analysis {
  const known = options.cache?.get(compiler.program)
  if (known) return known
  const analysis = analyzeProgram(compiler, options.rules ?? {})
  options.cache?.set(compiler.program, analysis)
  return analysis
}

function analyzeProgram(compiler: Compiler, rules: RuleSettings): Analysis {
  const findings = createFindings()
  const files = routeFiles(compiler)
  const declared = files.map(file => readDeclarations(compiler, file, findings))
  const declarations = declared.flatMap(it => it.declarations)
  const serviceFolders = new Set(declared.flatMap(it => [...it.serviceFolders]))
  checkNullChecks(compiler, declarations[0], findings)
  const types = createTypeReader(compiler, symbol => isDeclaredIn(symbol, serviceFolders))
  const reader = createRouteReader(types, findings, rules)
  const readings = declarations.map(declaration => readDeclaration(reader, declaration))
  const clashing = findDuplicates(readings, findings)
  return {
    ...toRoutes(readings, clashing, types.entries),
    findings: applyRules(findings.sorted(), rules, files).sort(compareFindings),
  }
}

export function readDeclaration(reader: RouteReader, declaration: RouteDeclaration): RouteReading {
  const { method } = declaration
  return method === 'WS' ? readSocket(reader, declaration) : readRoute(reader, { ...declaration, method })
}

/** The routes that are without errors and do not clash, with the names of their types. */
export function toRoutes(
  readings: readonly RouteReading[],
  clashing: ReadonlySet<RouteReading>,
  entries: readonly NamedEntry[],
): Omit<Analysis, 'findings'> {
  const routes = readings.flatMap(it => (it.route && !clashing.has(it) ? [it.route] : []))
  const models = routes.flatMap(modelsOf)
  const named = namesToGraph(entries, models, entriesToSame(entries, models))
  const resolved = routes
    .map(route => mapModels(route, named.resolve))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return {
    routes: resolved.filter(route => route.output !== 'socket'),
    sockets: resolved.filter(route => route.output === 'socket'),
    types: named.types,
  }
}

/**
 * Without it `string | null` is `string`: what could be missing cannot be read from types. Reported at the first route of a
 * program. The checker is asked, because what `strict` is by default depends on the version of TypeScript.
 */
export function checkNullChecks(
  { checker }: Compiler,
  first: RouteDeclaration | undefined,
  findings: Findings,
): void {
  if (!first || !checker.isTypeAssignableTo(checker.getUndefinedType(), checker.getStringType())) return
  const message =
    'The program is compiled without strictNullChecks, so the types of its routes do not say where a value may be null or undefined. Set "strict": true in the tsconfig.'
  findings.add('strict-null-checks', placeOf(first.declaration), message)
}
