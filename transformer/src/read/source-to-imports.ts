// A source file in → the files whose types may show in its own out, as its imports name them.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import { isGenerated } from '../model/generated.ts'

/** Absolute names, without repetitions. Imports that lead nowhere are left out. */
export function importsOfFile({ ts, checker }: Compiler, file: ts.SourceFile): readonly string[] {
  const names = new Set<string>()
  for (const specifier of specifiersOf(ts, file)) {
    for (const declaration of checker.getSymbolAtLocation(specifier)?.declarations ?? []) {
      names.add(declaration.getSourceFile().fileName)
    }
  }
  return [...names]
}

/** True of a file that others see without importing it: a script, or a module that declares or extends others. */
export function isSeenByAll(ts: Compiler['ts'], file: ts.SourceFile): boolean {
  return !ts.isExternalModule(file) || /\bdeclare\s+(?:global|module)\b/.test(file.text)
}

function specifiersOf(ts: Compiler['ts'], file: ts.SourceFile): ts.Node[] {
  const found = file.statements.flatMap(statement => specifierOf(ts, statement))
  // A client imports nothing but the runtime, and is larger than all other files together.
  if (isGenerated(file.text) || !/\bimport\s*\(/.test(file.text)) return found
  const pending: ts.Node[] = [file]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) found.push(node.argument.literal)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      found.push(...node.arguments.filter(ts.isStringLiteralLike))
    }
    ts.forEachChild(node, child => {
      pending.push(child)
    })
  }
  return found
}

function specifierOf(ts: Compiler['ts'], statement: ts.Statement): ts.Node[] {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
    return statement.moduleSpecifier ? [statement.moduleSpecifier] : []
  }
  if (!ts.isImportEqualsDeclaration(statement)) return []
  const { moduleReference } = statement
  return ts.isExternalModuleReference(moduleReference) ? [moduleReference.expression] : []
}
