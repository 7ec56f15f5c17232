// The text of a source file in → what it imports, and which rules of the house it breaks, out. TypeScript's parser reads it.
import ts from 'typescript'

export interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

/** Built-in classes whose instances hold nothing that a later call could see. */
const STATELESS_CLASSES: ReadonlySet<string> = new Set(['TextEncoder', 'TextDecoder', 'RegExp', 'URL'])

export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
}

/** Static and dynamic imports, re-exports, `import('…')` types and `require` calls. */
export function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = []
  visit(source, node => {
    const specifier = specifierOf(node)
    if (specifier !== undefined) found.push({ specifier, typeOnly: isTypeOnly(node) })
  })
  return found
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literalText(node.moduleSpecifier)
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literalText(node.argument.literal) : undefined
  if (!ts.isCallExpression(node)) return undefined
  const callee = node.expression
  const loads =
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  return loads ? literalText(node.arguments[0]) : undefined
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true
  if (ts.isExportDeclaration(node)) return node.isTypeOnly || allTypes(node.exportClause)
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return false
  const { phaseModifier, name, namedBindings } = node.importClause
  return phaseModifier === ts.SyntaxKind.TypeKeyword || (name === undefined && allTypes(namedBindings))
}

function allTypes(bindings: ts.NamedExportBindings | ts.NamedImportBindings | undefined): boolean {
  if (bindings === undefined || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return false
  return bindings.elements.length > 0 && bindings.elements.every(element => element.isTypeOnly)
}

/**
 * State that outlives a call: `let` and `var` at the top of a module, collections and other instances made there, static
 * fields that can be assigned, empty literals waiting to be filled. A collection declared `ReadonlyMap` or `ReadonlySet` is a vocabulary.
 */
export function moduleState(source: ts.SourceFile): string[] {
  return source.statements.flatMap(statement => {
    if (ts.isClassDeclaration(statement)) return staticState(statement)
    if (!ts.isVariableStatement(statement)) return []
    if (isAmbient(statement)) return []
    const { flags, declarations } = statement.declarationList
    if ((flags & ts.NodeFlags.Const) === 0)
      return declarations.map(d => `${d.name.getText()}: declared with let or var`)
    return declarations.flatMap(declarationState)
  })
}

function declarationState({
  name,
  type,
  initializer,
}: ts.VariableDeclaration | ts.PropertyDeclaration): string[] {
  if (initializer === undefined) return []
  const readonly = type !== undefined && /^(?:Readonly|readonly\b)/.test(type.getText())
  if (readonly) return []
  const value =
    ts.isAsExpression(initializer) || ts.isSatisfiesExpression(initializer)
      ? initializer.expression
      : initializer
  if (ts.isArrayLiteralExpression(value) && value.elements.length === 0)
    return [`${name.getText()}: an empty array`]
  if (ts.isObjectLiteralExpression(value) && value.properties.length === 0)
    return [`${name.getText()}: an empty object`]
  return madeInstances(initializer).map(made => `${name.getText()}: new ${made}`)
}

function staticState(declaration: ts.ClassDeclaration): string[] {
  return declaration.members.filter(ts.isPropertyDeclaration).flatMap(member => {
    const kinds = member.modifiers?.map(modifier => modifier.kind) ?? []
    if (!kinds.includes(ts.SyntaxKind.StaticKeyword)) return []
    if (!kinds.includes(ts.SyntaxKind.ReadonlyKeyword))
      return [`${member.name.getText()}: a static field that is not readonly`]
    return declarationState(member)
  })
}

/** Classes instantiated while the module loads: function bodies run later and are not entered. */
function madeInstances(expression: ts.Node): string[] {
  const made: string[] = []
  visit(expression, node => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false
    if (ts.isNewExpression(node) && !STATELESS_CLASSES.has(node.expression.getText()))
      made.push(node.expression.getText())
    return true
  })
  return made
}

function isAmbient(statement: ts.VariableStatement): boolean {
  return statement.modifiers?.some(modifier => modifier.kind === ts.SyntaxKind.DeclareKeyword) ?? false
}

/** Errors that vanish, code made from text, and work left for later. */
export function forbidden(source: ts.SourceFile): string[] {
  const found = /\b(?:TODO|FIXME|XXX)\b/.test(source.text) ? ['a note of unfinished work'] : []
  visit(source, node => {
    if (ts.isCatchClause(node) && node.block.statements.length === 0) found.push('an empty catch')
    if (ts.isCallExpression(node) && node.expression.getText() === 'eval') found.push('eval')
    const callee = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression : undefined
    if (callee !== undefined && ts.isIdentifier(callee) && callee.text === 'Function')
      found.push('Function(…)')
  })
  return found
}

/** The first line says what goes in and what comes out; names are kebab-case; a file fits in a reader's head. */
export function layout(file: string, text: string, maxLines: number): string[] {
  const found: string[] = []
  const name = file.slice(file.lastIndexOf('/') + 1)
  const lines = text.split('\n')
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.(?:ts|mjs|cjs)$/.test(name))
    found.push('its name is not kebab-case')
  if (!/^\/\/ \S/.test(lines[0] ?? '')) found.push('its first line is no comment')
  if (lines.length - 1 > maxLines) found.push(`it has ${lines.length - 1} lines`)
  return found
}

/** One cycle of the graph, as a path that ends where it starts; undefined when there is none. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const search = (node: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(node)
    if (at >= 0) return [...path.slice(at), node]
    if (done.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const cycle = search(next, [...path, node])
      if (cycle !== undefined) return cycle
    }
    done.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const cycle = search(node, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}

function literalText(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined
}

/** Calls `see` for every node in order; `false` keeps it out of that node's children. */
function visit(node: ts.Node, see: (node: ts.Node) => unknown): void {
  if (see(node) === false) return
  node.forEachChild(child => visit(child, see))
}
