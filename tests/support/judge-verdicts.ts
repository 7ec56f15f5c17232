// Random types with values in → where TypeScript's checker and the generated code disagree out. Two programs for a whole batch.
import ts from 'typescript'
import { type CompiledRoute, MISMATCH, type TypeTable } from '../../runtime/src/compiled-route.ts'
import { tableToIssues, type ValueDomain } from '../../runtime/src/validation/table-to-issues.ts'
import { withRows } from '../../transformer/src/emit/route-to-rows.ts'
import type { Analysis } from '../../transformer/src/model/route-model.ts'
import { runRoutes } from './judge-compile.ts'
import { createScope, type Scope, type Term } from './judge-leaves.ts'
import { type Ends, packedTrip } from './judge-msgpack.ts'
import {
  holdsInstance,
  isPartOf,
  isPlainJson,
  overJson,
  type Reading,
  readingTypes,
  valueToType,
  valueToWire,
  withoutUndefined,
} from './judge-values.ts'
import { runClientModule } from './type-models.ts'
import { programFactory } from './virtual-program.ts'

/** One type, and values to ask about: `own` ones are of the type, `near` ones may be. */
export interface Case {
  readonly term: Term
  readonly own: readonly unknown[]
  readonly near: readonly unknown[]
}

export interface Disagreement {
  /** Index of the case in its batch. */
  readonly index: number
  readonly value: unknown
  /** What is wrong, in a sentence. */
  readonly about: string
  /** The program in which TypeScript was asked. */
  readonly source: string
}

export interface Judgement {
  readonly disagreements: readonly Disagreement[]
  /** Pairs of type and value that were compared, and how many of them TypeScript accepts. */
  readonly compared: number
  readonly accepted: number
  /** Of the compared, those that only a deliberate difference explains. */
  readonly different: number
  /** Of the compared, those whose type has rows. */
  readonly inRows: number
  /** Findings by rule, of types that are not compiled. */
  readonly refused: ReadonlyMap<string, number>
}

export interface Sabotage {
  readonly code?: (code: string) => string
  readonly route?: (route: Required<CompiledRoute>) => Pick<CompiledRoute, 'args' | 'result' | 'rows'>
}

export interface JudgeOptions {
  /** Changes the generated code, or what it makes, to see whether anybody notices. */
  readonly sabotage?: Sabotage
}

/** A type as it is asked about: one file of a program, the values' questions after its declarations. */
interface Subject {
  readonly index: number
  readonly scope: Scope
  /** What declares `T`. */
  readonly source: string
}

/** Is the value, by its exact type, assignable to `T`? */
interface Question {
  readonly subject: Subject
  readonly value: unknown
  readonly reading: Reading
}

interface Trial {
  readonly subject: Subject
  readonly value: unknown
  /** What TypeScript says, and what the generated check says. */
  readonly assignable: boolean
  readonly accepted: boolean
  /** Where JSON of the value is accepted, or its MessagePack: what becomes of it. */
  readonly decoded?: { readonly json: string; readonly value: unknown }
  readonly problems: readonly string[]
}

const programOf = programFactory()

export function judge(cases: readonly Case[], { sabotage = {} }: JudgeOptions = {}): Judgement {
  const subjects = cases.map(({ term }, index): Subject => {
    const scope = createScope()
    const text = term.write(scope)
    return { index, scope, source: [...scope.declarations, `export type T = ${text}`].join('\n') }
  })
  const questions = subjects.flatMap(subject => {
    const { own, near } = cases[subject.index]!
    return [...own, ...near].map((value): Question => ({ subject, value, reading: 'exact' }))
  })
  const { answers, analysis } = ask(questions, subjects)
  const compiled = { types: analysis.types, routes: withRows(analysis.routes, analysis.types) }
  const routes = runRoutes(compiled, sabotage.code)
  const clients = runClientModule(compiled.routes, compiled.types).routes
  const trials = questions.flatMap(({ subject, value }, index) => {
    const name = `r${subject.index}`
    const route = routes[name] as Required<CompiledRoute> | undefined
    if (!route) return []
    const isOwn = cases[subject.index]!.own.includes(value)
    const server = { ...route, ...sabotage.route?.(route) }
    const ends = { server, client: clients[name]! }
    return [tryValue(subject, ends, value, isOwn, answers[index]!)]
  })
  const { disagreements, different } = compare(trials)
  return {
    disagreements: [...refusals(analysis, subjects), ...disagreements].sort((a, b) => a.index - b.index),
    compared: trials.length,
    accepted: trials.filter(trial => trial.assignable).length,
    different,
    inRows: trials.filter(({ subject }) => clients[`r${subject.index}`]!.rows).length,
    refused: countRules(analysis),
  }
}

/** What TypeScript and the generated code answered, and where only a documented difference reconciles them. */
function compare(trials: readonly Trial[]) {
  const tooMuch = trials.filter(({ accepted, assignable }) => accepted && !assignable)
  const decoded = trials.flatMap(({ subject, decoded }) => (decoded ? [{ subject, ...decoded }] : []))
  const asDocumented = new Set<object>(accepting([...tooMuch, ...decoded]))
  const found = (it: { subject: Subject; value: unknown }, about: string) =>
    disagreement(it.subject, it.value, about)
  const disagreements = [
    ...trials.flatMap(trial => trial.problems.map(problem => found(trial, problem))),
    ...trials
      .filter(({ accepted, assignable }) => !accepted && assignable)
      .map(it => found(it, 'TypeScript accepts it, the check refuses it')),
    ...tooMuch
      .filter(it => !asDocumented.has(it))
      .map(it => found(it, 'TypeScript refuses it, the check accepts it')),
    ...decoded
      .filter(it => !asDocumented.has(it))
      .map(it => found(it, `decoded from ${it.json}, and TypeScript refuses it`)),
  ]
  return { disagreements, different: tooMuch.filter(it => asDocumented.has(it)).length }
}

/** Those that TypeScript accepts when it reads values as documented. */
function accepting<It extends { readonly subject: Subject; readonly value: unknown }>(
  list: readonly It[],
): It[] {
  if (list.length === 0) return []
  const { answers } = ask(list.map(({ subject, value }) => ({ subject, value, reading: 'documented' })))
  return list.filter((_, index) => answers[index])
}

// Compiling

/** Random types are ambiguous on the wire now and then. Nothing else may be wrong with them. */
function refusals({ findings }: Analysis, subjects: readonly Subject[]): Disagreement[] {
  return findings
    .filter(({ rule }) => rule !== 'ambiguous-union')
    .map(({ rule, message, place }) => {
      const { index, source } = subjects[Number(/t(\d+)\.ts$/.exec(place.file)![1])]!
      return { index, value: undefined, about: `${rule}: ${message}`, source }
    })
}

function countRules({ findings }: Analysis): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  return counts
}

// The generated code's answers

function tryValue(subject: Subject, ends: Ends, value: unknown, isOwn: boolean, assignable: boolean): Trial {
  const { args, result } = ends.server
  const whole = { value }
  const accepted = result.check(whole)
  const problems = [
    ...(isOwn && !accepted ? ['a value of the type is refused'] : []),
    ...tableProblems(whole, result.table(), 'native', accepted),
  ]
  const trial = { subject, value, assignable, accepted, problems }
  // What stands at an `unknown` is passed on as it is, so only JSON comes across there.
  if (accepted && /\bunknown\b/.test(subject.source) && !isPlainJson(withoutUndefined(value))) return trial
  // A Set that was taken for an object without required properties is sent as one or the other. No typed handler returns it.
  if (accepted && !assignable && holdsInstance(value)) return trial
  const sent = attempt(() =>
    accepted ? JSON.parse(result.stringify(whole as never)!) : overJson(valueToWire(whole)),
  )
  if ('error' in sent) return { ...trial, problems: [...problems, `encoding it throws ${sent.error}`] }
  const json = sent.value
  const read = attempt(() => args.read(json))
  if ('error' in read)
    return { ...trial, problems: [...problems, `reading ${JSON.stringify(json)} throws ${read.error}`] }
  const jsonAccepted = read.value !== MISMATCH
  problems.push(...tableProblems(json, args.table(), 'json', jsonAccepted))
  if (accepted && !jsonAccepted) problems.push(`encoded as ${JSON.stringify(json)}, which is refused`)
  const copy = jsonAccepted ? (read.value as { value: unknown }).value : MISMATCH
  const packed = attempt(() => packedTrip(ends, { ...trial, source: subject.source, isOwn, received: copy }))
  if ('error' in packed)
    return { ...trial, problems: [...problems, `sending it as MessagePack throws ${packed.error}`] }
  problems.push(...packed.value.problems)
  if (!jsonAccepted) {
    const { received } = packed.value
    return received === MISMATCH ? trial : { ...trial, decoded: { json: 'MessagePack', value: received } }
  }
  if (accepted) problems.push(...copyProblems(copy, value, isOwn))
  else if (isPlainJson(value) && isPlain(subject.source))
    problems.push('accepted as JSON, and refused as a value')
  return { ...trial, decoded: { json: JSON.stringify(json), value: copy } }
}

function attempt<Value>(run: () => Value): { readonly value: Value } | { readonly error: unknown } {
  try {
    return { value: run() }
  } catch (error) {
    return { error }
  }
}

/** True of types whose values are written in JSON as they are. In an optional element of a tuple, `null` is `undefined`. */
function isPlain(source: string): boolean {
  return !/\)\?[,\]]|\b(?:Date|bigint|(?:Readonly)?(?:Map|Set)|URL|RegExp|Error|ArrayBuffer|\w+Array)\b|\dn\b/.test(
    source,
  )
}

function tableProblems(value: unknown, table: TypeTable, domain: ValueDomain, accepted: boolean): string[] {
  const issues = tableToIssues(value, table, { domain, root: 'it', maxIssues: 20 })
  // The value stands in an object: an issue of the object itself says that nothing in it was found to be wrong.
  const found = issues.some(issue => issue.path !== 'it')
  if (found !== accepted) return []
  return [
    accepted
      ? `accepted as ${domain}, with issues ${JSON.stringify(issues)}`
      : `refused as ${domain}, without an issue`,
  ]
}

function copyProblems(copy: unknown, value: unknown, isOwn: boolean): string[] {
  // What is absent in the copy may have been refused by one of several types and be declared by another.
  if (!isPartOf(withoutUndefined(copy), value)) return ['what encoding and decoding make of it was not in it']
  if (isOwn && !isPartOf(withoutUndefined(value), copy)) return ['encoding and decoding lose a part of it']
  return []
}

// TypeScript's answers

/** One program, one file for each type; an error on a question's line is a no. `routes`: types to be compiled as well. */
function ask(
  questions: readonly Question[],
  routes: readonly Subject[] = [],
): { answers: boolean[]; analysis: Analysis } {
  const files = new Map<Subject, string[]>()
  const linesOf = (subject: Subject) => {
    const lines = files.get(subject) ?? [...subject.source.split('\n'), ...readingTypes(subject.scope)]
    files.set(subject, lines)
    return lines
  }
  for (const subject of routes) {
    const { index } = subject
    const route = `export const r${index} = route.post('/r${index}', (args: { value: T }): { value: T } => args)`
    linesOf(subject).unshift("import { route } from '@alien-rpc/service'", route)
  }
  const asked = questions.map(({ subject, value, reading }) => {
    const lines = linesOf(subject)
    const name = `v${lines.length}`
    return (
      lines.push(
        `declare const ${name}: ${valueToType(value, subject.scope, reading)}`,
        `${QUESTION}${name}: T = ${name}`,
      ) - 1
    )
  })
  const texts = [...files].map(([{ index }, lines]) => [`t${index}.ts`, lines.join('\n')] as const)
  const program = programOf(Object.fromEntries(texts))
  const wrong = new Map(Array.from(files.keys(), subject => [subject, wrongLines(program.program, subject)]))
  const answers = questions.map(({ subject }, index) => !wrong.get(subject)!.has(asked[index]!))
  return { answers, analysis: program.analysis }
}

const QUESTION = 'export const of_'

function wrongLines(program: ts.Program, { index }: Subject): Set<number> {
  const file = program.getSourceFiles().find(it => it.fileName.endsWith(`/virtual-app/t${index}.ts`))!
  const texts = file.text.split('\n')
  const lines = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    it => {
      const { line } = file.getLineAndCharacterOfPosition(it.start!)
      if (texts[line]!.startsWith(QUESTION)) return line
      throw new Error(`${ts.flattenDiagnosticMessageText(it.messageText, '\n')}\n${file.text}`)
    },
  )
  return new Set(lines)
}

function disagreement({ index, scope, source }: Subject, value: unknown, about: string): Disagreement {
  const question = [`declare const value: ${valueToType(value, scope)}`, 'const it: T = value']
  return { index, value, about, source: [source, ...question].join('\n') }
}
