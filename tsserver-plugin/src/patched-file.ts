// A bound source file and its next text → the same file as if it had been parsed and bound from that, for the work of what differs.
import type ts from 'typescript'
import type { TypeScript } from '../../transformer/src/compiler.ts'
import type { TextEdit } from './memory-files.ts'

/** What TypeScript has at run time, and its types keep to themselves. */
interface BoundFile extends ts.SourceFile {
  readonly symbol: ts.Symbol
  readonly locals: ts.SymbolTable
  readonly identifiers: Map<string, string>
  readonly classifiableNames: Set<ts.__String>
  readonly parseDiagnostics: readonly unknown[]
  readonly bindDiagnostics: readonly unknown[]
}
interface Internals {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void
  /** What `getChildren` has made. */
  transferSourceFileChildren(from: ts.SourceFile, to: ts.SourceFile): void
}
type Mutable<Item> = { -readonly [K in keyof Item]: Item[K] }
type Range = Mutable<ts.TextRange>
type Unit = ts.Node & {
  readonly name: ts.PropertyName
  readonly symbol: ts.Symbol
  readonly localSymbol?: ts.Symbol
}

/** Neighbours in a list of declarations. */
interface Units {
  /** The file, or an interface in it. */
  readonly parent: BoundFile | ts.InterfaceDeclaration
  readonly list: ts.NodeArray<ts.Node>
  readonly first: number
  readonly old: readonly Unit[]
}

export interface Patch {
  /** To be called once the file's source has the new text: those are its version and snapshot then. */
  apply(version: string, snapshot: ts.IScriptSnapshot): void
}

/**
 * Nothing is changed before `apply`. Undefined where the edit does more than to give exported types, or members of one interface,
 * other contents under the same names; then the file is left to TypeScript.
 */
export function patchFile(
  ts: TypeScript,
  options: ts.CompilerOptions,
  file: ts.SourceFile,
  edit: TextEdit,
): Patch | undefined {
  const bound = file as BoundFile
  const units = unitsAt(ts, bound, edit)
  const fresh = units && parseUnits(ts, options, bound, units, edit)
  if (!fresh || !areLike(ts, units, fresh.units)) return undefined
  return {
    apply(version, snapshot) {
      // If anything failed in between TypeScript would see that the file is outdated, and parse all of it.
      Object.assign(file, { version: '', scriptSnapshot: undefined })
      replaceUnits(ts, bound, units, fresh.units, edit)
      for (const [name, text] of fresh.file.identifiers) bound.identifiers.set(name, text)
      for (const name of fresh.file.classifiableNames) bound.classifiableNames.add(name)
      internalsOf(ts).transferSourceFileChildren(file, fresh.file)
      const text = `${file.text.slice(0, edit.start)}${edit.text}${file.text.slice(edit.end)}`
      Object.assign(file, { text, lineMap: undefined, nameTable: undefined, namedDeclarations: undefined })
      Object.assign(file, { version, scriptSnapshot: snapshot })
    },
  }
}

function internalsOf(ts: TypeScript): Internals {
  return ts as unknown as Internals
}

/** What the edit is in or touches. It lies within, so that what stands before and after stays as it is. */
function unitsAt(ts: TypeScript, file: BoundFile, edit: TextEdit): Units | undefined {
  const units = unitsIn(file, file.statements, edit)
  const [only, ...others] = units?.old ?? []
  if (only && others.length === 0 && ts.isInterfaceDeclaration(only)) {
    const { members } = only
    if (members.pos < edit.start && edit.end < members.end) return unitsIn(only, members, edit) ?? units
  }
  return units
}

function unitsIn(
  parent: BoundFile | ts.InterfaceDeclaration,
  list: ts.NodeArray<ts.Node>,
  edit: TextEdit,
): Units | undefined {
  const first = list.findIndex(it => it.end >= edit.start)
  const touched = list.filter((it, index) => index >= first && it.pos <= edit.end)
  // A statement on a new line, all of which begin with a keyword here, is no part of what stands before.
  const isAfter = touched.length > 1 && touched.at(-1)?.pos === edit.end
  if (isAfter && 'text' in parent && parent.text[edit.end] === '\n') touched.pop()
  const [from, to] = [touched[0], touched.at(-1)]
  if (first < 0 || !from || !to || edit.start <= from.pos || edit.end > to.end) return undefined
  return { parent, list, first, old: touched as readonly ts.Node[] as readonly Unit[] }
}

/** The same stretch of the new text, as a module of its own. */
function parseUnits(
  ts: TypeScript,
  options: ts.CompilerOptions,
  file: BoundFile,
  { parent, old }: Units,
  { start, end, text }: TextEdit,
): { readonly file: BoundFile; readonly units: readonly Unit[] } | undefined {
  const [from, to] = [old[0]!.pos, old.at(-1)!.end]
  const piece = `${file.text.slice(from, start)}${text}${file.text.slice(end, to)}`
  const isMember = ts.isInterfaceDeclaration(parent)
  const whole = isMember ? `export interface ${parent.name.text} {${piece}\n}` : piece
  const parsed = ts.createSourceFile(
    file.fileName,
    whole,
    optionsOf(file),
    true,
    scriptKindOf(file),
  ) as BoundFile
  internalsOf(ts).bindSourceFile(parsed, options)
  if (parsed.parseDiagnostics.length > 0 || parsed.bindDiagnostics.length > 0) return undefined
  const [first] = parsed.statements
  const units = isMember ? first && ts.isInterfaceDeclaration(first) && first.members : parsed.statements
  const base = isMember ? whole.indexOf('{') + 1 : 0
  if (!units || units[0]?.pos !== base || units.at(-1)?.end !== base + piece.length) return undefined
  for (const unit of units) move(ts, unit, from - base)
  return { file: parsed, units: units as readonly ts.Node[] as readonly Unit[] }
}

function optionsOf(file: ts.SourceFile): ts.CreateSourceFileOptions {
  const { languageVersion, impliedNodeFormat, setExternalModuleIndicator, jsDocParsingMode } =
    file as ts.SourceFile & ts.CreateSourceFileOptions
  return {
    languageVersion,
    impliedNodeFormat,
    setExternalModuleIndicator,
    jsDocParsingMode,
  } as ts.CreateSourceFileOptions
}

function scriptKindOf(file: ts.SourceFile): ts.ScriptKind {
  return (file as ts.SourceFile & { readonly scriptKind: ts.ScriptKind }).scriptKind
}

/** Declarations of the same names, each the only one of its name. */
function areLike(ts: TypeScript, { parent, old }: Units, fresh: readonly Unit[]): boolean {
  return old.length === fresh.length && old.every((unit, index) => isLike(ts, parent, unit, fresh[index]!))
}

function isLike(ts: TypeScript, parent: Units['parent'], old: Unit, fresh: Unit): boolean {
  const isMember = ts.isInterfaceDeclaration(parent)
  const isPlain = isMember
    ? ts.isMethodSignature(old) || ts.isPropertySignature(old)
    : ts.isInterfaceDeclaration(old) || ts.isTypeAliasDeclaration(old)
  return (
    isPlain &&
    old.kind === fresh.kind &&
    !ts.isComputedPropertyName(old.name) &&
    old.symbol?.escapedName === fresh.symbol?.escapedName &&
    [old, fresh].every(
      it => it.symbol.declarations?.length === 1 && (isMember || it.localSymbol !== undefined),
    )
  )
}

function replaceUnits(
  ts: TypeScript,
  file: BoundFile,
  { parent, list, first, old }: Units,
  fresh: readonly Unit[],
  { start, end, text }: TextEdit,
): void {
  const delta = text.length - (end - start)
  const after = first + old.length
  moveRest(ts, list, after, delta)
  if (ts.isInterfaceDeclaration(parent)) {
    lengthen(parent, delta)
    moveRest(ts, file.statements, file.statements.indexOf(parent) + 1, delta)
  }
  lengthen(file, delta)
  move(ts, file.endOfFileToken, delta)
  const nodes = list as ts.Node[] & ts.NodeArray<ts.Node>
  for (const [index, unit] of fresh.entries()) {
    nodes[first + index] = unit
    adopt(file, parent, unit)
  }
}

function adopt(file: BoundFile, parent: Units['parent'], unit: Unit): void {
  const owner = parent === file ? file.symbol : (parent as ts.Node as Unit).symbol
  const { symbol, localSymbol } = unit
  Object.assign(unit, { parent })
  Object.assign(symbol, { parent: owner })
  const table = parent === file ? owner.exports : owner.members
  table?.set(symbol.escapedName, symbol)
  if (localSymbol) file.locals.set(localSymbol.escapedName, localSymbol)
}

/** Everything in a list from an index on, and where the list ends. */
function moveRest(ts: TypeScript, list: ts.NodeArray<ts.Node>, from: number, delta: number): void {
  if (delta === 0) return
  lengthen(list, delta)
  for (let index = from; index < list.length; index++) move(ts, list[index]!, delta)
}

function lengthen(range: ts.TextRange, delta: number): void {
  const its: Range = range
  its.end += delta
}

/** A node, and all that it holds. */
function move(ts: TypeScript, moved: ts.Node, delta: number): void {
  if (delta === 0) return
  const shift = (range: Range) => {
    range.pos += delta
    range.end += delta
  }
  const visit = (node: ts.Node): void => {
    shift(node as Range)
    ts.forEachChild(node, visit, nodes => {
      shift(nodes)
      nodes.forEach(visit)
    })
    for (const doc of (node as ts.JSDocContainer & { readonly jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? [])
      visit(doc)
  }
  visit(moved)
}
