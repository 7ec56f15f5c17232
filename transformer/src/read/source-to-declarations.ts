// A source file in → the routes that it declares, not yet read, and findings on those that nobody could call, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'
import { brandOf } from './brand.ts'
import { exportOfCall } from './call-to-export.ts'
import type { RouteDeclaration } from './route-reader.ts'
import { type CandidateCall, type DetachedMethod, findCandidates } from './source-to-calls.ts'

export interface FileDeclarations {
  readonly declarations: readonly RouteDeclaration[]
  /** Where '@alien-rpc/service' itself is declared: names from there are not the user's. */
  readonly serviceFolders: ReadonlySet<string>
}

export function readDeclarations(
  compiler: Compiler,
  file: ts.SourceFile,
  findings: Findings,
): FileDeclarations {
  const declarations: RouteDeclaration[] = []
  const serviceFolders = new Set<string>()
  const isBuilder = (node: ts.Node) => {
    const brand = brandOf(compiler, compiler.checker.getTypeAtLocation(node), 'builder')
    for (const declaration of brand?.declarations ?? []) serviceFolders.add(folderOf(declaration))
    return brand !== undefined
  }
  const { calls, detached } = findCandidates(compiler.ts, file)
  for (const method of detached) if (isBuilder(method.builder)) addDetached(method, findings)
  for (const candidate of calls) {
    if (!isBuilder(candidate.builder)) continue
    const declared = toDeclaration(compiler, candidate, findings)
    if (declared) declarations.push(declared)
  }
  return { declarations, serviceFolders }
}

export function isDeclaredIn(symbol: ts.Symbol, folders: ReadonlySet<string>): boolean {
  return (symbol.declarations ?? []).some(declaration => folders.has(folderOf(declaration)))
}

function addDetached({ name, node }: DetachedMethod, findings: Findings): void {
  const message = `"${name}" is taken from its route builder, so no route that it declares is compiled. Write "export const name = route.${name}(…)" at the top level of a module.`
  findings.add('route-not-exported', placeOf(node), message)
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

function folderOf(node: ts.Node): string {
  const { fileName } = node.getSourceFile()
  return fileName.slice(0, fileName.lastIndexOf('/') + 1)
}
