// A program → everything that is found in its routes and generated from them: what every host starts with.
import { analyze } from '../analyze.ts'
import type { Compiler } from '../compiler.ts'
import { withRows } from '../emit/route-to-rows.ts'
import { type ClientTexts, routesToClientTexts } from '../emit/routes-to-client-module.ts'
import { type PackageSources, type RuntimeDeclarations, routesToPackage } from '../emit/routes-to-package.ts'
import { freeNamespace, routesToServerCode } from '../emit/routes-to-server-code.ts'
import { createTypes, type Types } from '../emit/type-facts.ts'
import { type Finding, severityOf } from '../model/finding.ts'
import type { Analysis, AnyRouteModel } from '../model/route-model.ts'
import type { HostOptions } from './entry-to-options.ts'

/** What one module gets. Plain text; offsets are those of the user's file. */
export interface ModuleCode {
  /** The name under which the runtime's helpers are imported. */
  readonly namespace: string
  /** Function declarations, to be put after the imports. */
  readonly helpers: string
  /** The last argument of each route call, by the call's `[start, end)`. */
  readonly specs: readonly { readonly start: number; readonly end: number; readonly text: string }[]
}

export interface CompiledRoutes {
  readonly findings: readonly Finding[]
  /** How many routes have no error. */
  readonly count: number
  /** The text of the client module. */
  client(): string
  /** The JavaScript of the functions and the table of calls in it. */
  clientCode(): string
  /** The sources of a package for callers, with the declarations of its runtime. */
  package(runtime: RuntimeDeclarations): PackageSources
  /** The code of one file, made when asked for. Undefined: it has no routes. */
  codeOf(file: string): ModuleCode | undefined
}

export type CompileRoutes = (compiler: Compiler, options?: HostOptions) => CompiledRoutes

/** With what was found out about the routes, for those who list them. */
export const compileRoutes = (
  compiler: Compiler,
  { rules = {}, msgpack }: HostOptions = {},
): CompiledRoutes & { readonly analysis: Analysis } => {
  const analysis = analyze(compiler, { rules })
  const found = [...analysis.routes, ...analysis.sockets]
  const all = msgpack ? withRows(found, analysis.types) : found
  const hasPacking = msgpack !== false
  const byFile = new Map<string, AnyRouteModel[]>()
  for (const route of all) {
    const routes = byFile.get(route.place.file)
    if (routes) routes.push(route)
    else byFile.set(route.place.file, [route])
  }
  let client: ClientTexts | undefined
  const clientTexts = () => {
    client ??= routesToClientTexts(all, analysis.types, hasPacking)
    return client
  }
  const made = new Map<string, ModuleCode>()
  const types = createTypes(analysis.types)
  return {
    analysis,
    findings: analysis.findings,
    count: all.length,
    client: () => clientTexts().module,
    clientCode: () => clientTexts().code,
    package: runtime => routesToPackage(all, analysis.types, runtime, hasPacking),
    codeOf: file => {
      const routes = byFile.get(file)
      if (!routes) return undefined
      const code = made.get(file) ?? moduleCode(compiler, types, file, routes)
      made.set(file, code)
      return code
    },
  }
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(finding => severityOf(finding) === 'error')
}

function moduleCode(
  { program }: Compiler,
  types: Types,
  file: string,
  routes: readonly AnyRouteModel[],
): ModuleCode {
  const namespace = freeNamespace(program.getSourceFile(file)?.text ?? '')
  const { helpers, specs } = routesToServerCode(routes, types.graph, namespace, types)
  return {
    namespace,
    helpers,
    specs: routes.map(({ call }, index) => ({ ...call, text: specs[index]!.text })),
  }
}
