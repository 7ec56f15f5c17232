// Findings at a position → code actions, and all of one kind in a file as one.
import type ts from 'typescript'
import type { TypeScript } from '../../transformer/src/compiler.ts'
import { type Finding, RULES, type RuleName } from '../../transformer/src/model/finding.ts'
import type { Fix } from './fixes/fix.ts'
import { fixOfFinding } from './fixes/fixes.ts'
import type { RouteProject } from './project.ts'

export const ownCodes: ReadonlySet<number> = new Set(Object.values(RULES).map(({ code }) => code))

/** What TypeScript has at run time, and its types do not show. */
interface CodeFixRegistry {
  readonly codefix?: {
    registerCodeFix(registration: {
      readonly errorCodes: readonly number[]
      readonly fixIds: readonly string[]
      getCodeActions(): undefined
      getAllCodeActions(): { changes: [] }
    }): void
  }
}

/** Editors ask for fixes of codes that TypeScript itself knows; the answers come from the override, never from here. */
export function registerCodes(ts: TypeScript): void {
  const { codefix } = ts as unknown as CodeFixRegistry
  codefix?.registerCodeFix({
    errorCodes: [...ownCodes],
    fixIds: [],
    getCodeActions: () => undefined,
    getAllCodeActions: () => ({ changes: [] }),
  })
}

export function fixesOf(
  project: RouteProject,
  file: string,
  start: number,
  end: number,
  codes: readonly number[],
): ts.CodeFixAction[] {
  if (!codes.some(code => ownCodes.has(code))) return []
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (!program || !source) return []
  const findings = project.analysis().findings(project.compilerOf(program), source.fileName)
  const here = findings.filter(
    ({ rule, place }) =>
      codes.includes(RULES[rule].code) && place.start <= end && place.start + place.length >= start,
  )
  return here.flatMap(finding => {
    const fix = fixOf(project, source, finding)
    return fix ? [toAction(finding.rule, source, fix)] : []
  })
}

/** All findings of the rule in the file that have a fix. Undefined: not one of ours. */
export function combinedFixOf(
  project: RouteProject,
  file: string,
  fixId: unknown,
): ts.CombinedCodeActions | undefined {
  const rule = ruleOfFixId(fixId)
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (rule === undefined || !program || !source) return undefined
  const own = project
    .analysis()
    .findings(project.compilerOf(program), source.fileName)
    .filter(finding => finding.rule === rule)
  const changes = own.flatMap(finding => fixOf(project, source, finding)?.changes ?? [])
  return { changes: [{ fileName: source.fileName, textChanges: distinct(changes) }] }
}

function fixOf(project: RouteProject, source: ts.SourceFile, finding: Finding): Fix | undefined {
  const program = project.program()
  return program && fixOfFinding(project.ts, source, finding, project.compilerOf(program))
}

function toAction(rule: RuleName, source: ts.SourceFile, fix: Fix): ts.CodeFixAction {
  return {
    fixName: rule,
    description: fix.description,
    changes: [{ fileName: source.fileName, textChanges: [...fix.changes] }],
    ...(fix.allDescription === undefined
      ? {}
      : { fixId: `${FIX_ID}${rule}`, fixAllDescription: fix.allDescription }),
  }
}

const FIX_ID = 'alien-rpc:'

function ruleOfFixId(fixId: unknown): RuleName | undefined {
  if (typeof fixId !== 'string' || !fixId.startsWith(FIX_ID)) return undefined
  const rule = fixId.slice(FIX_ID.length)
  return Object.hasOwn(RULES, rule) ? (rule as RuleName) : undefined
}

/** Two findings may ask for the same change. */
function distinct(changes: readonly ts.TextChange[]): ts.TextChange[] {
  const seen = new Map(
    changes.map(change => [`${change.span.start}:${change.span.length}:${change.newText}`, change]),
  )
  return [...seen.values()].sort((a, b) => a.span.start - b.span.start)
}
