// A module with routes and its generated code → the module with the code in it: one import, helpers, a spec per route call.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import type { ModuleCode } from './compile-routes.ts'
import { type CodeNodes, codeNodes } from './text-to-nodes.ts'

const GENERATED = '@alien-rpc/service/generated'

/** A `before` transformer. Modules without routes are left alone. Throws when a route call is not where it was found. */
export function createSplicer(
  ts: TypeScript,
  codeOf: (file: ts.SourceFile) => ModuleCode | undefined,
  formatOf: (file: ts.SourceFile) => ts.ModuleKind,
): ts.TransformerFactory<ts.SourceFile> {
  return context => file => {
    const code = codeOf(file)
    return code ? spliceModule(ts, context, file, code, formatOf(file)) : file
  }
}

function spliceModule(
  ts: TypeScript,
  context: ts.TransformationContext,
  file: ts.SourceFile,
  code: ModuleCode,
  format: ts.ModuleKind,
): ts.SourceFile {
  const nodes = codeNodes(ts, context.getCompilerOptions())
  const statements = appendSpecs(ts, context, nodes, file, code.specs)
  const afterDirectives = countWhile(statements, node => isDirective(ts, node))
  const afterImports =
    afterDirectives + countWhile(statements.slice(afterDirectives), node => isImport(ts, node))
  const spliced = context.factory.createNodeArray([
    ...statements.slice(0, afterDirectives),
    generatedImport(ts, context.factory, code.namespace, format),
    ...statements.slice(afterDirectives, afterImports),
    ...nodes.statements(code.helpers),
    ...statements.slice(afterImports),
  ])
  // With the range of the old list, a licence at the top of the file stays there.
  return context.factory.updateSourceFile(file, ts.setTextRange(spliced, file.statements))
}

function appendSpecs(
  ts: TypeScript,
  context: ts.TransformationContext,
  nodes: CodeNodes,
  file: ts.SourceFile,
  specs: ModuleCode['specs'],
): ts.Statement[] {
  const open = new Map(specs.map(spec => [`${spec.start}:${spec.end}`, spec]))
  const visit = (node: ts.Node): ts.Node => {
    if (!specs.some(spec => node.pos <= spec.start && spec.end <= node.end)) return node
    const visited = ts.visitEachChild(node, visit, context)
    if (!ts.isCallExpression(node) || !ts.isCallExpression(visited)) return visited
    const key = `${node.getStart(file)}:${node.end}`
    const spec = open.get(key)
    if (!spec) return visited
    open.delete(key)
    const { expression, typeArguments, arguments: own } = visited
    const added = [...own, nodes.expression(spec.text)]
    return context.factory.updateCallExpression(visited, expression, typeArguments, added)
  }
  const statements = file.statements.map(statement => visit(statement) as ts.Statement)
  const [lost] = open.values()
  if (lost) throw new Error(`no call at ${lost.start} of ${file.fileName}`)
  return statements
}

/** CommonJS gets a plain `require`: no interop helper, and nothing that `verbatimModuleSyntax` would refuse. */
function generatedImport(
  ts: TypeScript,
  factory: ts.NodeFactory,
  namespace: string,
  format: ts.ModuleKind,
): ts.Statement {
  const name = factory.createIdentifier(namespace)
  const module = factory.createStringLiteral(GENERATED)
  if (format === ts.ModuleKind.CommonJS) {
    const reference = factory.createExternalModuleReference(module)
    return factory.createImportEqualsDeclaration(undefined, false, name, reference)
  }
  const clause = factory.createImportClause(undefined, undefined, factory.createNamespaceImport(name))
  return factory.createImportDeclaration(undefined, clause, module)
}

/** `'use strict'` and its like, which count only at the very start. */
function isDirective(ts: TypeScript, node: ts.Statement): boolean {
  return ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression)
}

function isImport(ts: TypeScript, node: ts.Statement): boolean {
  return ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)
}

function countWhile<T>(items: readonly T[], test: (item: T) => boolean): number {
  const end = items.findIndex(item => !test(item))
  return end < 0 ? items.length : end
}
