// The source file of a client → the names of the modules that it imports, as they stand in it, those of `import()` last.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'

/** In the order in which the compiler lists them. */
export function specifiersOf(ts: TypeScript, file: ts.SourceFile): ts.StringLiteralLike[] {
  const found = file.statements.flatMap(statement => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const { moduleSpecifier } = statement
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier] : []
  })
  for (const { index } of file.text.matchAll(/\bimport\s*\(/g)) {
    const specifier = calledAt(ts, file, index)
    if (specifier) found.push(specifier)
  }
  return found
}

/** Only what contains the place is entered: a client is a large file, and most of it imports nothing. */
function calledAt(ts: TypeScript, file: ts.SourceFile, place: number): ts.StringLiteral | undefined {
  const enter = (node: ts.Node): ts.StringLiteral | undefined => {
    if (place < node.pos || node.end <= place) return undefined
    const [argument] = ts.isCallExpression(node) ? node.arguments : []
    const isImport =
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.expression.end - 'import'.length === place
    if (isImport) return argument && ts.isStringLiteral(argument) ? argument : undefined
    return ts.forEachChild(node, enter)
  }
  return enter(file)
}
