// A program in → its routes, their types and everything wrong with them out. What build, editor and CLI share.
import type ts from 'typescript'
import type { Compiler } from './compiler.ts'
import { compareFindings, createFindings, type Findings } from './diagnostics/findings.ts'
import { placeOf } from './diagnostics/node-to-place.ts'
import { applyRules, type RuleSettings } from './diagnostics/rule-settings.ts'
import type { Analysis } from './model/route-model.ts'
import { mapModels, modelsOf } from './model/route-models.ts'
import { brandOf } from './read/brand.ts'
import { exportOfCall } from './read/call-to-export.ts'
import { readRoute } from './read/declaration-to-route.ts'
import { readSocket } from './read/declaration-to-socket.ts'
import { namesToGraph } from './read/names-to-graph.ts'
import {
  createRouteReader,
  type RouteDeclaration,
  type RouteReader,
  type RouteReading,
} from './read/route-reader.ts'
import { findDuplicates } from './read/routes-to-duplicates.ts'
import {
  type CandidateCall,
  type DetachedMethod,
  findCandidates,
  routeFiles,
} from './read/source-to-calls.ts'
import { createTypeReader } from './read/type-to-model.ts'

export interface AnalyzeOptions {
  /** Kept by a host that asks again and again for the same program, as an editor does. */
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
  const { declarations, serviceFolders } = findDeclarations(compiler, findings)
  checkNullChecks(compiler, declarations, findings)
  const types = createTypeReader(compiler, symbol => isDeclaredIn(symbol, serviceFolders))
  const reader = createRouteReader(types, findings, rules)
  const readings = declarations.map(declaration => readDeclaration(reader, declaration))
  const clashing = findDuplicates(readings, findings)
  const routes = readings.flatMap(it => (it.route && !clashing.has(it) ? [it.route] : []))
  const named = namesToGraph(types.entries, routes.flatMap(modelsOf))
  const resolved = routes
    .map(route => mapModels(route, named.resolve))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return {
    routes: resolved.filter(route => route.output !== 'socket'),
    sockets: resolved.filter(route => route.output === 'socket'),
    types: named.types,
    findings: applyRules(findings.sorted(), rules, routeFiles(compiler)).sort(compareFindings),
  }
}

function readDeclaration(reader: RouteReader, declaration: RouteDeclaration): RouteReading {
  const { method } = declaration
  return method === 'WS' ? readSocket(reader, declaration) : readRoute(reader, { ...declaration, method })
}

interface Declarations {
  readonly declarations: readonly RouteDeclaration[]
  /** Where '@alien-rpc/service' itself is declared: names from there are not the user's. */
  readonly serviceFolders: ReadonlySet<string>
}

function findDeclarations(compiler: Compiler, findings: Findings): Declarations {
  const declarations: RouteDeclaration[] = []
  const serviceFolders = new Set<string>()
  const isBuilder = (node: ts.Node) => {
    const brand = brandOf(compiler, compiler.checker.getTypeAtLocation(node), 'builder')
    for (const declaration of brand?.declarations ?? []) serviceFolders.add(folderOf(declaration))
    return brand !== undefined
  }
  for (const file of routeFiles(compiler)) {
    const { calls, detached } = findCandidates(compiler.ts, file)
    for (const method of detached) if (isBuilder(method.builder)) addDetached(method, findings)
    for (const candidate of calls) {
      if (!isBuilder(candidate.builder)) continue
      const declared = toDeclaration(compiler, candidate, findings)
      if (declared) declarations.push(declared)
    }
  }
  return { declarations, serviceFolders }
}

function addDetached({ name, node }: DetachedMethod, findings: Findings): void {
  const message = `"${name}" is taken from its route builder, so no route that it declares is compiled. Write "export const name = route.${name}(…)" at the top of a module.`
  findings.add('route-not-exported', placeOf(node), message)
}

// Without it `string | null` is `string`: what could be missing cannot be read from types. The checker is asked, because what
// `strict` is by default depends on the version of TypeScript.
function checkNullChecks(
  { checker }: Compiler,
  routes: readonly RouteDeclaration[],
  findings: Findings,
): void {
  const first = routes[0]
  if (!first || !checker.isTypeAssignableTo(checker.getUndefinedType(), checker.getStringType())) return
  const message =
    'The program is compiled without strictNullChecks, so the types of its routes do not say where a value may be null or undefined. Set "strict": true in the tsconfig.'
  findings.add('strict-null-checks', placeOf(first.declaration), message)
}

function toDeclaration(
  { ts }: Compiler,
  { call, method }: CandidateCall,
  findings: Findings,
): RouteDeclaration | undefined {
  const exported = exportOfCall(ts, call)
  if (typeof exported !== 'string') return { ...exported, method, call }
  findings.add('route-not-exported', placeOf(call), exported)
  return undefined
}

function isDeclaredIn(symbol: ts.Symbol, folders: ReadonlySet<string>): boolean {
  return (symbol.declarations ?? []).some(declaration => folders.has(folderOf(declaration)))
}

function folderOf(node: ts.Node): string {
  const { fileName } = node.getSourceFile()
  return fileName.slice(0, fileName.lastIndexOf('/') + 1)
}
