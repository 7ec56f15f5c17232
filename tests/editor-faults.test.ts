// Overrides that throw, in every method of a language service → TypeScript's own answers, and the failure in the log.
import { expect } from 'chai'
import ts from 'typescript'
import { decorate, type Overrides } from '../tsserver-plugin/src/decorate.ts'

const FILE = '/a.ts'
const TEXT = "export const count: number = 'three'\nexport const other = count\n"

function createService(): ts.LanguageService {
  const snapshot = ts.ScriptSnapshot.fromString(TEXT)
  return ts.createLanguageService({
    getCompilationSettings: () => ({ noLib: true }),
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => '1',
    getScriptSnapshot: file => (file === FILE ? snapshot : undefined),
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => '/lib.d.ts',
    fileExists: file => file === FILE,
    readFile: () => undefined,
  })
}

/** Methods that a guest could override, and arguments that they answer without a throw of their own. */
const CALLS: readonly [name: keyof ts.LanguageService, args: readonly unknown[]][] = [
  ['getSemanticDiagnostics', [FILE]],
  ['getSyntacticDiagnostics', [FILE]],
  ['getSuggestionDiagnostics', [FILE]],
  ['getQuickInfoAtPosition', [FILE, 14]],
  ['getDefinitionAtPosition', [FILE, 60]],
  ['getDefinitionAndBoundSpan', [FILE, 60]],
  ['getReferencesAtPosition', [FILE, 14]],
  ['findReferences', [FILE, 14]],
  ['getCompletionsAtPosition', [FILE, 60, undefined]],
  ['getCodeFixesAtPosition', [FILE, 0, 5, [2322], {}, {}]],
  ['getRenameInfo', [FILE, 14, {}]],
]

describe('a guest that fails', () => {
  const fail = () => {
    throw new Error('the guest failed')
  }
  const ways: Record<string, unknown> = {
    after: fail,
    'after, as a part': { after: fail },
    before: { before: fail },
    instead: { instead: fail },
  }
  for (const [way, override] of Object.entries(ways)) {
    it(`leaves every answer as it was: ${way}`, () => {
      const bare = createService()
      const names = Object.keys(bare)
      const overrides = Object.fromEntries(names.map(name => [name, override])) as Overrides
      const logged: unknown[] = []
      const decorated = decorate(
        bare,
        overrides,
        () => {},
        error => logged.push(error),
      )
      for (const [name, args] of CALLS) {
        const [expected, answer] = [bare, decorated].map(service =>
          (service[name] as (...args: unknown[]) => unknown)(...args),
        )
        expect(summary(answer), name).to.equal(summary(expected))
      }
      expect(logged).to.have.lengthOf(CALLS.length)
    })
  }

  it('is not asked before a question when it fails there', () => {
    const bare = createService()
    const logged: unknown[] = []
    const decorated = decorate(bare, {}, fail, error => logged.push(error))
    expect(decorated.getSemanticDiagnostics(FILE).map(({ code }) => code)).to.include(2322)
    expect(logged).to.have.lengthOf(1)
  })

  it('does not hide what TypeScript itself throws', () => {
    const bare = createService()
    const decorated = decorate(bare, { getQuickInfoAtPosition: own => own }, () => {}, fail)
    expect(() => decorated.getQuickInfoAtPosition('/missing.ts', 0)).to.throw(/missing\.ts/)
  })

  it('forwards arguments and methods that this version does not know', () => {
    const seen: unknown[][] = []
    const later = {
      ...createService(),
      getQuickInfoAtPosition: (...args: unknown[]) => void seen.push(args),
      later: () => 1,
    }
    const decorated = decorate(
      later as ts.LanguageService,
      { getQuickInfoAtPosition: own => own },
      () => {},
      fail,
    )
    ;(decorated.getQuickInfoAtPosition as (...args: unknown[]) => unknown)('a', 1, 2, 3)
    expect(seen).to.deep.equal([['a', 1, 2, 3]])
    expect((decorated as unknown as { later(): number }).later()).to.equal(1)
  })
})

/** Answers refer to nodes and files: compared by what an editor would show of them. */
function summary(answer: unknown): string {
  return (
    JSON.stringify(answer, (key, value) => (key === 'file' || key === 'fixId' ? undefined : value)) ??
    'undefined'
  )
}
