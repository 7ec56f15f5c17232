// A finding → a diagnostic of TypeScript's, as compilers and editors show it.
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { type Finding, type Place, RULES, severityOf } from '../model/finding.ts'
import { documentationOf } from '../model/homepage.ts'

/** Finds the parsed file of a place: a source file of the program, or a tsconfig. */
export type FileLookup = (file: string) => ts.SourceFile | undefined

/**
 * A place in a file that cannot be found again gives a diagnostic without a place, so that it is never lost. The link to the
 * documentation is a line of the text: neither the compiler nor tsserver's protocol has another place for it.
 */
export function findingToDiagnostic(ts: TypeScript, finding: Finding, fileOf: FileLookup): ts.Diagnostic {
  const rule = RULES[finding.rule]
  const isError = severityOf(finding) === 'error'
  const category = isError ? ts.DiagnosticCategory.Error : ts.DiagnosticCategory.Warning
  const related = finding.related.map(({ message, place }) => ({
    category: ts.DiagnosticCategory.Message,
    code: rule.code,
    messageText: message,
    ...placeToRange(place, fileOf),
  }))
  return {
    category,
    code: rule.code,
    source: 'alien-rpc',
    messageText: {
      ...{ messageText: finding.message, category, code: rule.code },
      next: [
        {
          messageText: documentationOf(finding.rule),
          category: ts.DiagnosticCategory.Message,
          code: rule.code,
        },
      ],
    },
    ...placeToRange(finding.place, fileOf),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
  }
}

type Range = Pick<ts.Diagnostic, 'file' | 'start' | 'length'>

function placeToRange(place: Place, fileOf: FileLookup): Range {
  const file = fileOf(place.file)
  return file
    ? { file, start: place.start, length: place.length }
    : { file: undefined, start: undefined, length: undefined }
}
