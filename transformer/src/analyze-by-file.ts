// The programs of an editor, one after another, in → what `analyze` says of each out, for work that grows with what changed.
import type ts from 'typescript'
import { checkNullChecks, readDeclaration, toRoutes } from './analyze.ts'
import type { Compiler } from './compiler.ts'
import { compareFindings, createFindings } from './diagnostics/findings.ts'
import { applyRules, type RuleSettings } from './diagnostics/rule-settings.ts'
import type { Finding } from './model/finding.ts'
import type { Analysis } from './model/route-model.ts'
import { type NamedRoute, nameOfDeclaration } from './read/declaration-to-name.ts'
import {
  type KeptStatements,
  type StatementText,
  statementOf,
  textsOfStatements,
  untouchedBy,
} from './read/edit-to-untouched.ts'
import type { NamedEntry } from './read/names-to-graph.ts'
import { createChanges } from './read/programs-to-changes.ts'
import { movedReading, moveKeys, type PlacedReading } from './read/reading-to-moved.ts'
import { readingsToSignature } from './read/readings-to-signature.ts'
import { createRouteReader, type RouteDeclaration, type RouteReader } from './read/route-reader.ts'
import { findDuplicates } from './read/routes-to-duplicates.ts'
import { routeFiles } from './read/source-to-calls.ts'
import { type FileDeclarations, isDeclaredIn, readDeclarations } from './read/source-to-declarations.ts'
import { createTypeReader } from './read/type-to-model.ts'

export interface EditorAnalysis {
  /** Of one file. Its types are read; of the other files only what their routes are called. */
  findings(compiler: Compiler, file: string): readonly Finding[]
  /** The routes of all files, those with errors too. No types are read. */
  declared(compiler: Compiler): readonly NamedRoute[]
  /**
   * The same as for the program before where routes and types are, but for their places; else a number that no program had. Every
   * file's types are read.
   */
  signature(compiler: Compiler): number
  /** Everything. */
  analysis(compiler: Compiler): Analysis
  /** Whether one file imports another, however far away. */
  reaches(compiler: Compiler, from: string, to: string): boolean
}

/** What is kept of a file until it, or something that it imports, changes. */
interface FileState extends FileDeclarations {
  readonly routes: readonly NamedRoute[]
  /** Names, methods and paths of the routes: what other files can clash with. */
  readonly called: string
  readonly findings: readonly Finding[]
  readonly statements: readonly StatementText[]
  /** What was read last, where nothing but the file itself has changed since. */
  readonly past?: { readonly statements: readonly StatementText[]; readonly reading: FileReading }
  reading?: FileReading
}

interface FileReading {
  readonly routes: readonly PlacedReading[]
  readonly findings: readonly Finding[]
  /** A list for each program from which routes of the file were read. */
  readonly entries: ReadonlySet<readonly NamedEntry[]>
  /** Made when a client is asked for. */
  signature?: string
}

/** All that is known of one program. */
interface Snapshot {
  readonly compiler: Compiler
  readonly files: readonly ts.SourceFile[]
  readonly states: ReadonlyMap<string, FileState>
  reader?: RouteReader & { readonly entries: readonly NamedEntry[] }
  routes?: readonly NamedRoute[]
  duplicates?: readonly Finding[]
  analysis?: Analysis
}

export function createEditorAnalysis(rules: RuleSettings): EditorAnalysis {
  const changes = createChanges()
  const states = new Map<string, FileState>()
  const kept: KeptStatements = new WeakMap()
  let last: Snapshot | undefined
  let programs = 0
  // An edit inside a handler calls no route otherwise and leaves all signatures as they are. To compare what is kept of each file,
  // and not what was made of all, took a fifth off the time that we add to such an edit among 500 routes.
  let unclashing: readonly (string | undefined)[] | undefined
  let signed: { readonly parts: readonly (string | undefined)[]; readonly count: number } | undefined

  function snapshotOf(compiler: Compiler): Snapshot {
    if (last?.compiler.program === compiler.program) return last
    const affected = changes.next(compiler)
    const before = new Map(states)
    for (const name of affected === 'all' ? before.keys() : affected.files) states.delete(name)
    const files = routeFiles(compiler)
    for (const file of files) {
      if (states.has(file.fileName)) continue
      const isAlone = affected !== 'all' && !affected.byImport.has(file.fileName)
      const past = isAlone ? pastOf(before.get(file.fileName)) : undefined
      states.set(file.fileName, { ...declareFile(compiler, file, kept), ...(past ? { past } : {}) })
    }
    last = { compiler, files, states }
    return last
  }

  function readerOf(snapshot: Snapshot): NonNullable<Snapshot['reader']> {
    if (snapshot.reader) return snapshot.reader
    const { compiler } = snapshot
    const folders = new Set([...states.values()].flatMap(it => [...it.serviceFolders]))
    const types = createTypeReader(compiler, symbol => isDeclaredIn(symbol, folders), ++programs)
    snapshot.reader = { ...createRouteReader(types, createFindings(), rules), entries: types.entries }
    return snapshot.reader
  }

  function readAnew(snapshot: Snapshot, declaration: RouteDeclaration): PlacedReading {
    const findings = createFindings()
    const { entries, ...reader } = readerOf(snapshot)
    const reading = readDeclaration({ ...reader, findings }, declaration)
    const statement = statementOf(declaration.declaration).pos
    return { reading, entries, findings: findings.sorted(), statement }
  }

  function readingOf(snapshot: Snapshot, name: string): FileReading | undefined {
    const state = states.get(name)
    if (!state || state.reading) return state?.reading
    const known = knownRoutes(name, state)
    const routes = state.declarations.map(it => known(it) ?? readAnew(snapshot, it))
    state.reading = {
      routes,
      entries: new Set(routes.map(it => it.entries)),
      findings: together(routes.map(({ findings }) => findings)),
    }
    return state.reading
  }

  function duplicatesOf(snapshot: Snapshot): readonly Finding[] {
    if (snapshot.duplicates) return snapshot.duplicates
    const called = snapshot.files.map(({ fileName }) => states.get(fileName)?.called)
    const findings = createFindings()
    if (!areSame(called, unclashing)) findDuplicates(routesOf(snapshot), findings)
    snapshot.duplicates = findings.sorted()
    unclashing = snapshot.duplicates.length === 0 ? called : undefined
    return snapshot.duplicates
  }

  function findingsOf(snapshot: Snapshot, file: ts.SourceFile): Finding[] {
    const { fileName } = file
    const reading = readingOf(snapshot, fileName)
    const ofProgram = createFindings()
    const firstFile = snapshot.files.find(it => states.get(it.fileName)?.declarations.length)
    if (firstFile === file)
      checkNullChecks(snapshot.compiler, states.get(fileName)?.declarations[0], ofProgram)
    const all = [
      ...(states.get(fileName)?.findings ?? []),
      ...(reading?.findings ?? []),
      ...duplicatesOf(snapshot).filter(({ place }) => place.file === fileName),
      ...ofProgram.sorted(),
    ]
    return applyRules(all.sort(compareFindings), rules, [file]).sort(compareFindings)
  }

  function analysisOf(snapshot: Snapshot): Analysis {
    const files = snapshot.files.flatMap(({ fileName }) => readingOf(snapshot, fileName) ?? [])
    const readings = files.flatMap(({ routes }) => routes.map(({ reading }) => reading))
    const entries = new Set(files.flatMap(file => [...file.entries]))
    const clashing = findDuplicates(readings, createFindings())
    return {
      ...toRoutes(readings, clashing, [...entries].flat()),
      findings: snapshot.files.flatMap(file => findingsOf(snapshot, file)),
    }
  }

  return {
    findings(compiler, name) {
      const snapshot = snapshotOf(compiler)
      const file = snapshot.files.find(({ fileName }) => fileName === name)
      return file ? findingsOf(snapshot, file) : []
    },
    declared: compiler => routesOf(snapshotOf(compiler)),
    signature(compiler) {
      const snapshot = snapshotOf(compiler)
      const clashes = duplicatesOf(snapshot).map(({ message }) => message)
      const own = snapshot.files.map(({ fileName }) => signatureOf(readingOf(snapshot, fileName)))
      const parts = [...own, ...clashes]
      if (!signed || !areSame(parts, signed.parts)) signed = { parts, count: (signed?.count ?? 0) + 1 }
      return signed.count
    },
    analysis(compiler) {
      const snapshot = snapshotOf(compiler)
      snapshot.analysis ??= analysisOf(snapshot)
      return snapshot.analysis
    },
    reaches(compiler, from, to) {
      snapshotOf(compiler)
      return changes.reaches(compiler, from, to)
    },
  }
}

function pastOf(state: FileState | undefined): FileState['past'] {
  return state?.reading ? { statements: state.statements, reading: state.reading } : state?.past
}

/** The routes that an edit elsewhere in their file cannot have changed, as they were read before it. */
function knownRoutes(
  file: string,
  { past, statements }: FileState,
): (declaration: RouteDeclaration) => PlacedReading | undefined {
  const untouched = past && untouchedBy(past.statements, statements)
  if (!past || !untouched) return () => undefined
  if (untouched.delta !== 0) for (const entries of past.reading.entries) moveKeys(entries, file, untouched)
  const known = new Map(past.reading.routes.map(it => [`${it.statement} ${it.reading.name}`, it]))
  return ({ name, declaration }) => {
    const statement = statementOf(declaration).pos
    const route = known.get(`${untouched.before(statement)} ${name}`)
    return route && movedReading(route, file, statement, untouched)
  }
}

/** Two routes may say the same of what they share. */
function together(lists: readonly (readonly Finding[])[]): readonly Finding[] {
  const findings = createFindings()
  for (const { rule, place, message, related } of lists.flat()) findings.add(rule, place, message, related)
  return findings.sorted()
}

function declareFile(compiler: Compiler, file: ts.SourceFile, kept: KeptStatements): FileState {
  const findings = createFindings()
  const declared = readDeclarations(compiler, file, findings)
  const routes = declared.declarations.map(it => nameOfDeclaration(compiler, it))
  const called = routes.map(({ name, key }) => `${name} ${key}`).join('\n')
  const statements = textsOfStatements(compiler.ts, file, kept)
  return { ...declared, routes, called, findings: findings.sorted(), statements }
}

function areSame<Item>(a: readonly Item[], b: readonly Item[] | undefined): boolean {
  return a.length === b?.length && a.every((item, index) => item === b[index])
}

function signatureOf(reading: FileReading | undefined): string | undefined {
  if (!reading) return undefined
  const readings = reading.routes.map(it => it.reading)
  reading.signature ??= readingsToSignature(readings, [...reading.entries].flat())
  return reading.signature
}

function routesOf(snapshot: Snapshot): readonly NamedRoute[] {
  const { files, states } = snapshot
  snapshot.routes ??= files.flatMap(({ fileName }) => states.get(fileName)?.routes ?? [])
  return snapshot.routes
}
