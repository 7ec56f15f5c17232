// A call in → the exported declaration that it initialises, or what is wrong with it, out.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'

export interface ExportedCall {
  /** The name under which the module exports it. */
  readonly name: string
  readonly declaration: ts.Identifier
}

const HOW_TO =
  'Write "export const name = route.…" at the top level of a module, so that it has a name for the client.'

/** The export, or a message that says why there is none. */
export function exportOfCall(ts: TypeScript, call: ts.CallExpression): ExportedCall | string {
  const { parent } = outermost(ts, call)
  if (ts.isExportAssignment(parent)) return `This route is a default export, which has no name. ${HOW_TO}`
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) {
    return `This route is not a declaration of its own, so it is not compiled. ${HOW_TO}`
  }
  const statement = parent.parent.parent
  if (!ts.isVariableStatement(statement) || !ts.isSourceFile(statement.parent)) {
    return `The route "${parent.name.text}" is not at the top level of its module, so it is not compiled. ${HOW_TO}`
  }
  if ((parent.parent.flags & ts.NodeFlags.Const) === 0) {
    return `The route "${parent.name.text}" can be reassigned, so it is not compiled. ${HOW_TO}`
  }
  const name = exportedName(ts, statement, parent.name.text)
  if (name === undefined)
    return `The route "${parent.name.text}" is not exported, so it is not compiled. ${HOW_TO}`
  return { name, declaration: parent.name }
}

// Steps out of whatever leaves the value as it is: parentheses, `as`, `satisfies`, `!`.
function outermost(ts: TypeScript, call: ts.Expression): ts.Node {
  let node: ts.Node = call
  while (isTransparent(ts, node.parent)) node = node.parent
  return node
}

function isTransparent(ts: TypeScript, node: ts.Node): boolean {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node)
  )
}

function exportedName(ts: TypeScript, statement: ts.VariableStatement, name: string): string | undefined {
  const isExported = statement.modifiers?.some(modifier => modifier.kind === ts.SyntaxKind.ExportKeyword)
  return isExported ? name : nameInExportList(ts, statement.getSourceFile(), name)
}

function nameInExportList(ts: TypeScript, file: ts.SourceFile, local: string): string | undefined {
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier || statement.isTypeOnly) continue
    if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) continue
    for (const { name, propertyName, isTypeOnly } of statement.exportClause.elements) {
      const isName = ts.isIdentifier(name) && name.text !== 'default'
      if (isName && !isTypeOnly && (propertyName ?? name).text === local) return name.text
    }
  }
  return undefined
}
