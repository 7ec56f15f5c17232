// The statements of a file before an edit and after it → those that mean what they meant before, and how far they moved.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'

/** What is kept of a statement: the parser takes its node over into the next version of the file, and moves it. */
export interface StatementText {
  /** Offset of the comments before it. */
  readonly pos: number
  /** With those comments. */
  readonly text: string
  /** Undefined of what may change the meaning of others in more ways than by its names. */
  readonly declared: readonly string[] | undefined
  /** All that occur in it. */
  readonly names: ReadonlySet<string>
}

/** Of the statements that the parser took over, what was kept of them before, but for `pos`. */
export type KeptStatements = WeakMap<ts.Statement, StatementText>

export interface Untouched {
  /** Where a statement began before the edit. Undefined: it may mean something else now. */
  before(pos: number): number | undefined
  /** Where something that stood in one of these statements stands now. */
  move(position: number): number
  /** How far those behind the edit moved. */
  readonly delta: number
}

/** The one at the top of the file. */
export function statementOf(node: ts.Node): ts.Node {
  let statement = node
  while (statement.parent?.parent) statement = statement.parent
  return statement
}

export function textsOfStatements(
  ts: TypeScript,
  file: ts.SourceFile,
  kept: KeptStatements,
): StatementText[] {
  return file.statements.map(statement => {
    const { pos, end } = statement
    const text = file.text.slice(pos, end)
    const known = kept.get(statement)
    const facts =
      known?.text === text ? known : { declared: declaredIn(ts, statement), names: namesIn(ts, statement) }
    const own = { ...facts, pos, text }
    kept.set(statement, own)
    return own
  })
}

/**
 * An edit reaches the declarations that it is in, and all that mention a name of theirs, however far away. Undefined where it may
 * reach everything: imports, exports and what runs when the module is loaded can change what is said elsewhere.
 */
export function untouchedBy(
  before: readonly StatementText[],
  after: readonly StatementText[],
): Untouched | undefined {
  const most = Math.min(before.length, after.length)
  const isSame = (index: number) => before.at(index)?.text === after.at(index)?.text
  let leading = 0
  while (leading < most && isSame(leading)) leading++
  let trailing = 0
  while (trailing < most - leading && isSame(-1 - trailing)) trailing++
  const edited = [before, after].flatMap(it => it.slice(leading, it.length - trailing))
  const touched = touchedFrom(edited, after)
  if (!touched) return undefined
  const oldRest = before[before.length - trailing]?.pos ?? Number.POSITIVE_INFINITY
  const newRest = after[after.length - trailing]?.pos ?? Number.POSITIVE_INFINITY
  const delta = trailing === 0 ? 0 : newRest - oldRest
  const untouched = new Set(after.filter(it => !touched.has(it)).map(({ pos }) => pos))
  return {
    delta,
    before: pos => (untouched.has(pos) ? pos - (pos >= newRest ? delta : 0) : undefined),
    move: position => position + (position >= oldRest ? delta : 0),
  }
}

function touchedFrom(
  edited: readonly StatementText[],
  all: readonly StatementText[],
): Set<StatementText> | undefined {
  const touched = new Set(edited)
  // A set visits what is added to it on the way.
  for (const { declared } of touched) {
    if (!declared) return undefined
    for (const it of all) if (!touched.has(it) && declared.some(name => it.names.has(name))) touched.add(it)
  }
  return touched
}

function namesIn(ts: TypeScript, statement: ts.Statement): Set<string> {
  const names = new Set<string>()
  const pending: ts.Node[] = [statement]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ts.isIdentifier(node)) names.add(node.text)
    ts.forEachChild(node, child => {
      pending.push(child)
    })
  }
  return names
}

/** The name of a declaration whose only effect is what its name stands for. */
function declaredIn(ts: TypeScript, statement: ts.Statement): string[] | undefined {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    return [statement.name.text]
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    return statement.name && [statement.name.text]
  }
  if (ts.isEnumDeclaration(statement)) return [statement.name.text]
  if (!ts.isVariableStatement(statement)) return undefined
  const { flags, declarations } = statement.declarationList
  if ((flags & ts.NodeFlags.Const) === 0) return undefined
  const names = declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : undefined))
  return names.every(name => name !== undefined) ? names : undefined
}
