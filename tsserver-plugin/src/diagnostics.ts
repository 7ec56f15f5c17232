// A file of a project → what the analysis has found in it, as TypeScript's diagnostics.
import type ts from 'typescript'
import { findingToDiagnostic } from '../../transformer/src/diagnostics/finding-to-diagnostic.ts'
import { type Finding, RULES } from '../../transformer/src/model/finding.ts'
import type { RouteProject } from './project.ts'

export function diagnosticsOf(project: RouteProject, file: string): ts.Diagnostic[] {
  const program = project.program()
  const source = program?.getSourceFile(file)
  if (!program || !source) return []
  const own = project.analysis().findings(project.compilerOf(program), source.fileName)
  const fileOf = (name: string) => program.getSourceFile(name)
  return [...misconfiguration(project, program, source), ...own].map(finding =>
    findingToDiagnostic(project.ts, finding, fileOf),
  )
}

/** What is wrong with the set-up shows in the first file of the program that has routes, where somebody looks. */
function misconfiguration(project: RouteProject, program: ts.Program, source: ts.SourceFile): Finding[] {
  const first = project.analysis().declared(project.compilerOf(program))[0]
  if (first === undefined || first.place.file !== source.fileName) return []
  const message = setUpProblem(project)
  return message === undefined ? [] : [{ rule: 'plugin-option', message, place: first.place, related: [] }]
}

const OLDEST = [5, 9] as const

function setUpProblem({ ts, config }: RouteProject): string | undefined {
  const [major = 0, minor = 0] = ts.versionMajorMinor.split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `The editor runs TypeScript ${ts.version}, Alien RPC needs ${OLDEST.join('.')} or later. Let the editor use the TypeScript of the workspace.`
  }
  if (config().transform === undefined) {
    return 'The tsconfig entry has no "transform": "@alien-rpc/transformer", "transformProgram": true, so "tspc" would compile no route.'
  }
  return undefined
}

/** The rule of a diagnostic's code. */
export function ruleOfCode(code: number): keyof typeof RULES | undefined {
  return (Object.keys(RULES) as (keyof typeof RULES)[]).find(rule => RULES[rule].code === code)
}
