// A name of '@alien-rpc/service' → what the file has to import for it.
import type ts from 'typescript'
import type { TypeScript } from '../../../transformer/src/compiler.ts'
import { insertion } from './fix.ts'

const MODULE = '@alien-rpc/service'

/** Nothing to change where the file imports it already. `t` is a type. */
export function importChanges(ts: TypeScript, source: ts.SourceFile, name: 'tracked' | 't'): ts.TextChange[] {
  const imports = source.statements.flatMap(statement => {
    const isOurs =
      ts.isImportDeclaration(statement) &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      statement.moduleSpecifier.text === MODULE
    const bindings = isOurs ? statement.importClause?.namedBindings : undefined
    return bindings && ts.isNamedImports(bindings) ? [bindings] : []
  })
  if (imports.some(({ elements }) => elements.some(it => it.name.text === name))) return []
  const text = name === 't' ? 'type t' : name
  const last = imports.find(({ parent }) => !parent.getText(source).startsWith('type '))?.elements.at(-1)
  if (last) return [insertion(last.getEnd(), `, ${text}`)]
  return [insertion(source.getStart(), `import { ${text} } from '${MODULE}'\n`)]
}
