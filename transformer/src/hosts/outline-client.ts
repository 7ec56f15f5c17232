// A program that looks at its client only to write its JavaScript → the same program with the client's outline: what it imports and
// exports, without its types and its table of calls. Those are put into the output as text, so that a client, which is most of the
// lines of a project, need not be bound and transformed, nor parsed where it is new: 0.08 of the time of a build.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { clientOutline } from '../emit/routes-to-client-module.ts'
import { isSeenByAll } from '../read/source-to-imports.ts'
import { type ClientText, fillClient, isSeenFrom, ownFiles } from './fill-client.ts'
import { codeNodes } from './text-to-nodes.ts'
import { isWatchHost, programInternals, versionedFile } from './typescript-internals.ts'

/** False, and the program as it was, where somebody may look at the client's types, or its output is more than plain ES modules. */
export function outlineClient(ts: TypeScript, program: ts.Program, client: ClientText): boolean {
  const file = program.getSourceFile(client.path)
  const text = clientOutline(client.text)
  if (!file || text === undefined) return false
  if (!isOnlyWritten(ts, program, client.host, file)) return false
  return fillClient(ts, program, [], { ...client, text })
}

function isOnlyWritten(
  ts: TypeScript,
  program: ts.Program,
  host: ts.CompilerHost,
  file: ts.SourceFile,
): boolean {
  const options = program.getCompilerOptions()
  const format = programInternals(program).getEmitModuleFormatOfFile(file)
  const isPlain = format >= ts.ModuleKind.ES2015 && format <= ts.ModuleKind.ESNext
  const hasMore = [options.declaration, options.composite, options.sourceMap, options.inlineSourceMap]
  if (!isPlain || hasMore.some(Boolean) || transformersIn(options) !== 1) return false
  // A builder keeps what it knows of a file, and other tools ask for comments.
  const isCompiler = host.jsDocParsingMode === ts.JSDocParsingMode.ParseForTypeErrors && !isWatchHost(host)
  const others = ownFiles(program).filter(it => it !== file)
  if (!isCompiler || others.some(it => versionedFile(it).version !== undefined)) return false
  return !isSeenByAll(ts, file) && !isSeenFrom(ts, program, others, file)
}

/** Other transformers may look at any file. Plugins of editors stand in the same list. */
function transformersIn({ plugins }: ts.CompilerOptions): number {
  return Array.isArray(plugins) ? plugins.filter(plugin => 'transform' in Object(plugin)).length : 0
}

/** A `before` transformer for the outline's file, that puts `code` in front of the function that calls it. */
export function createCompleter(ts: TypeScript, code: string): ts.TransformerFactory<ts.SourceFile> {
  return ({ factory, getCompilerOptions }) =>
    file => {
      const [...statements] = file.statements.map(it => withoutUses(ts, factory, it))
      const last = statements.pop()
      const nodes = codeNodes(ts, getCompilerOptions()).statements(code.trim())
      const whole = factory.createNodeArray([...statements, ...nodes, ...(last ? [last] : [])])
      return factory.updateSourceFile(file, ts.setTextRange(whole, file.statements))
    }
}

/** An import whose uses are in text, where the compiler does not see them: of one that it has not parsed it asks for none. */
function withoutUses(ts: TypeScript, factory: ts.NodeFactory, statement: ts.Statement): ts.Statement {
  if (!ts.isImportDeclaration(statement)) return statement
  const { importClause, moduleSpecifier } = statement
  const names = importClause?.namedBindings
  if (!importClause || importClause.isTypeOnly || !names || !ts.isNamedImports(names)) return statement
  if (!ts.isStringLiteral(moduleSpecifier)) return statement
  const list = names.elements.map(({ name }) =>
    factory.createImportSpecifier(false, undefined, factory.createIdentifier(name.text)),
  )
  const clause = factory.createImportClause(undefined, undefined, factory.createNamedImports(list))
  const from = factory.createStringLiteral(moduleSpecifier.text, true)
  return ts.setCommentRange(factory.createImportDeclaration(undefined, clause, from), statement)
}
