// The declaration files of the client's runtime → its declarations by name, so that a package can hold those it needs.
import { dirname, resolve } from 'node:path'
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import type { RuntimeDeclaration, RuntimeDeclarations } from '../../emit/routes-to-package.ts'

type Declaration =
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.ClassDeclaration
  | ts.FunctionDeclaration
  | ts.VariableStatement

/**
 * Everything in the entry's file and those that it imports from. Throws where two files use a name for different things, or import one
 * under another name: the runtime's own files do not, and a test holds them to it.
 */
export function declarationsToRuntime(
  ts: TypeScript,
  entry: string,
  read: (path: string) => string,
): RuntimeDeclarations {
  const found = new Map<string, Omit<RuntimeDeclaration, 'isPublic'> & { readonly file: string }>()
  const exported = new Set<string>()
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const file = ts.createSourceFile(path, forOldCompilers(read(path)), ts.ScriptTarget.Latest, true)
    for (const statement of file.statements) {
      for (const { specifier, names } of linksOf(ts, statement)) {
        if (path === entry) for (const name of names) exported.add(name)
        visit(resolve(dirname(path), toDeclarationFile(specifier)))
      }
      const name = nameOf(ts, statement)
      if (name === undefined) continue
      const known = found.get(name)
      if (known && known.file !== path)
        throw new Error(
          `${name} is declared in ${known.file} and in ${path}, so types cannot stand side by side`,
        )
      found.set(name, { ...toDeclaration(ts, statement as Declaration, file, name), file: path })
    }
  }
  visit(entry)
  return new Map(
    [...found].map(([name, { file: _, ...rest }]) => [name, { ...rest, isPublic: exported.has(name) }]),
  )
}

/** Typed arrays are generic since TypeScript 5.7. This is the same type there, as long as the platform's types say so, and no error before. */
function forOldCompilers(text: string): string {
  return text.replaceAll('Uint8Array<ArrayBuffer>', "ReturnType<TextEncoder['encode']>")
}

interface Link {
  readonly specifier: string
  readonly names: readonly string[]
}

/** What a statement imports or exports from another file of the runtime. */
function linksOf(ts: TypeScript, statement: ts.Statement): Link[] {
  const isImport = ts.isImportDeclaration(statement)
  if (!isImport && !ts.isExportDeclaration(statement)) return []
  const { moduleSpecifier } = statement
  if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith('.'))
    return []
  const bindings = isImport ? statement.importClause?.namedBindings : statement.exportClause
  const elements =
    bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings)) ? bindings.elements : []
  const renamed = elements.find(({ propertyName }) => propertyName)
  if (renamed) throw new Error(`${statement.getText()} renames what it takes`)
  return [{ specifier: moduleSpecifier.text, names: elements.map(({ name }) => name.text) }]
}

function toDeclarationFile(specifier: string): string {
  return specifier.replace(/\.(?:ts|js)$/, '.d.ts')
}

function nameOf(ts: TypeScript, statement: ts.Statement): string | undefined {
  if (ts.isVariableStatement(statement)) {
    const [declaration] = statement.declarationList.declarations
    return declaration && ts.isIdentifier(declaration.name) ? declaration.name.text : undefined
  }
  const isDeclaration =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement)
  return isDeclaration ? statement.name?.text : undefined
}

function toDeclaration(
  ts: TypeScript,
  statement: Declaration,
  file: ts.SourceFile,
  name: string,
): Omit<RuntimeDeclaration, 'isPublic'> {
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
  const modifiers = statement.modifiers ?? []
  const start = modifiers.at(-1)?.end ?? statement.getStart(file)
  const comment = file.text.slice(statement.getStart(file, true), statement.getStart(file)).trimEnd()
  const text = file.text.slice(start, statement.end).trimStart()
  return {
    name,
    text: `${comment === '' ? '' : `${comment}\n`}${toHouseStyle(text)}\n`,
    declare: isType ? '' : 'declare ',
    names: [...namesIn(ts, statement)],
  }
}

/** The compiler's layout as that of the declarations around it. */
function toHouseStyle(text: string): string {
  return text
    .replaceAll(/^(?: {4})+/gm, indent => indent.slice(indent.length / 2))
    .replaceAll(/;$/gm, '')
    .replaceAll(/\r/g, '')
}

/** Whatever could be the name of a type: of properties too, which does no harm. */
function namesIn(ts: TypeScript, statement: Declaration): Set<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) names.add(firstOf(ts, node.typeName))
    else if (ts.isTypeQueryNode(node)) names.add(firstOf(ts, node.exprName))
    else if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression))
      names.add(node.expression.text)
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return names
}

function firstOf(ts: TypeScript, name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : firstOf(ts, name.left)
}
