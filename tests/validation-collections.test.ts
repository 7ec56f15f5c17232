// Values that are refused, and forced collections between them, in a process of its own → the code that V8 drops of the reporter.
import { execFileSync } from 'node:child_process'
import { expect } from 'chai'

const REPORTER = new URL('../runtime/src/validation/table-to-issues.ts', import.meta.url).href
const COLLECTIONS = `
  import { mismatchToIssues } from ${JSON.stringify(REPORTER)}
  const strict = { table: () => ['object', { a: 'string', b: ['tuple', ['string', 'number'], 2] }, 'never'] }
  const open = { table: () => ['object', { a: 'string', b: ['array', 'string'] }] }
  const options = { domain: 'json', root: 'args', maxIssues: 20 }
  const value = { a: 1, b: ['x', 2, 'y'], c: 3 }
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 30_000; i++) for (const part of [strict, open]) mismatchToIssues(value, part, options)
    for (let i = 0; i < 6; i++) gc()
    await new Promise(setImmediate)
  }
`

describe('the reporter', () => {
  it('keeps its compiled code when no report is alive at a collection', () => {
    const args = ['--import', 'tsx', '--expose-gc', '--trace-deopt', '--trace-opt', '--input-type=module']
    const trace = execFileSync(process.execPath, [...args, '-e', COLLECTIONS], {
      maxBuffer: 2 ** 26,
    }).toString()
    const lines = trace.split('\n')
    expect(lines.some(line => /completed optimizing.*mismatchToIssues/.test(line))).to.equal(true)
    const dropped = lines.filter(line => /weak objects/.test(line))
    const ours = /SharedFunctionInfo (?:mismatchToIssues|look\w*|walk\w*|add\w*|enter|leave|withIssue)>/
    expect(dropped.filter(line => ours.test(line))).to.deep.equal([])
  })
})
