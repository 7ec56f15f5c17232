// Located findings → a log of the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS).
import { RULES, type RuleName } from '../../model/finding.ts'
import { documentationOf, HOMEPAGE } from '../../model/homepage.ts'
import type { LocatedFinding } from './located-finding.ts'

export function findingsToSarif(findings: readonly LocatedFinding[]): object {
  const used = [...new Set(findings.map(({ rule }) => rule as RuleName))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'alien-rpc', informationUri: HOMEPAGE, rules: used.map(ruleToSarif) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(resultToSarif),
      },
    ],
  }
}

function ruleToSarif(rule: RuleName): object {
  const { title, why, wrong, right, severity } = RULES[rule]
  return {
    id: rule,
    shortDescription: { text: title },
    fullDescription: { text: why },
    helpUri: documentationOf(rule),
    help: {
      text: `${why}\n\nWrong:\n${wrong}\n\nRight:\n${right}`,
      markdown: `${why}\n\nWrong:\n\n${codeBlock(wrong)}\n\nRight:\n\n${codeBlock(right)}`,
    },
    defaultConfiguration: severity === 'off' ? { enabled: false } : { level: severity },
  }
}

function codeBlock(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``
}

function resultToSarif(it: LocatedFinding): object {
  const { rule: ruleId, severity: level, message: text } = it
  return { ruleId, level, message: { text }, locations: it.file === '' ? [] : [locationToSarif(it)] }
}

function locationToSarif(it: LocatedFinding): object {
  const region = { startLine: it.line, startColumn: it.column, endLine: it.endLine, endColumn: it.endColumn }
  // Characters that a URI gives a meaning to are part of the name here.
  const uri = it.file.split('/').map(encodeURIComponent).join('/')
  return { physicalLocation: { artifactLocation: { uri }, region } }
}
