// A program and its client → the same program, which does not check what was written by this transformer.
// In a program of 500 routes the client is four fifths of the lines, and checking it, which our tests do, took a seventh of the time of
// a build without routes.
// What only the user's installation knows is looked at here: whether what it imports is there.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { specifiersOf } from './client-specifiers.ts'
import { boundFile } from './typescript-internals.ts'

/** The same as `// @ts-nocheck`, as long as the file has the text and all of its imports. Checked by whoever reads it elsewhere. */
export function trustClient(ts: TypeScript, program: ts.Program, path: string, text: string): boolean {
  const file = program.getSourceFile(path)
  if (!file) return true
  // A watching compiler keeps the file from program to program.
  const isTrusted =
    file.text === text &&
    specifiersOf(ts, file).every(specifier => program.getTypeChecker().getSymbolAtLocation(specifier)) &&
    file.statements.every(it => isComplete(ts, program, it))
  boundFile(file).checkJsDirective = isTrusted ? { enabled: false, pos: 0, end: 0 } : undefined
  return isTrusted
}

/** Whether the module exports what is taken from it. */
function isComplete(ts: TypeScript, program: ts.Program, statement: ts.Statement): boolean {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return true
  const { moduleSpecifier } = statement
  if (!moduleSpecifier) return true
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(moduleSpecifier)
  if (!module) return false
  const exported = new Set(checker.getExportsOfModule(module).map(symbol => symbol.name))
  return namesIn(ts, statement).every(name => exported.has(name))
}

function namesIn(ts: TypeScript, statement: ts.ImportDeclaration | ts.ExportDeclaration): string[] {
  const list = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : statement.exportClause
  if (!list || ts.isNamespaceImport(list) || ts.isNamespaceExport(list)) return []
  return list.elements.map(({ propertyName, name }) => (propertyName ?? name).text)
}
