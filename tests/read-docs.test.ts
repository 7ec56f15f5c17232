// Declarations with comments in → what is documented of them, as TypeScript's language service says it, out.
import { expect } from 'chai'
import ts from 'typescript'
import { docsOf } from '../transformer/src/read/symbol-to-doc.ts'

const DECLARED = `
/** An interface. */ interface Plain {
  /** A property. */ one: string
  /**
   * Several lines,
   *   one indented.
   *
   * - a list
   */
  lines: string
  /** Old. @deprecated use one */ old: string
  /** @deprecated */ older: string
  /** Hidden. @internal */ hidden: string
  /** First. */ /** Last. */ twice: string
  // No documentation.
  none: string
  /* Neither. */ neither: string
  /**/ empty: string
  /** See {@link Plain.one} and {@link https://a.example text}. */ link: string
  /** Text.
   * @since 1
   * @deprecated use {@link one}
   */ readonly tagged?: number
}
/** Merged, first. */ interface Merged { /** In the first. */ a: string }
/** Merged, second. */ interface Merged { b: string }
interface Base { /** Of the base. */ a: string; /** Old there. @deprecated use b */ b: string; /** @internal */ c: string }
interface Derived extends Base { a: 'x'; /** Own text. */ b: 'y'; c: 'z' }
/** Derived. */ class Implementing implements Base { a = 'x'; b = 'y'; /** Shown. @inheritDoc */ c = 'z'; /** Read. */ get d() { return 1 } }
/** An alias. */ type Alias = { /** Inside. */ a: string }
/** An enum. */ enum Enum { /** A member. */ A }
/** A constant. */ export const constant = { /** In a literal. */ a: 1 }
/** Two. */ export const two = 1, three = 2
export class WithParameter { constructor(/** A parameter. */ readonly a: string, readonly b: string) {} }
  	/** Indented
  	 *  by tabs. */
  	export const indented = 1
`

describe('documentation', () => {
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, noLib: true }

  function programOf(mode: ts.JSDocParsingMode): ts.Program {
    const host = ts.createCompilerHost(options)
    const languageVersion = ts.ScriptTarget.ES2022
    host.getSourceFile = name =>
      name === '/a.ts'
        ? ts.createSourceFile(name, DECLARED, { languageVersion, jsDocParsingMode: mode })
        : undefined
    return ts.createProgram(['/a.ts'], options, host)
  }

  /** Every symbol that is declared, by name and place, and what is asked about it. */
  function everySymbol<Answer>(
    program: ts.Program,
    ask: (symbol: ts.Symbol) => Answer,
  ): Record<string, Answer> {
    const checker = program.getTypeChecker()
    const answers: Record<string, Answer> = {}
    const visit = (node: ts.Node): void => {
      const name = (node as { name?: ts.Node }).name
      const symbol = name && checker.getSymbolAtLocation(name)
      if (symbol) answers[`${name.getText()} at ${node.pos}`] = ask(symbol)
      ts.forEachChild(node, visit)
    }
    visit(program.getSourceFile('/a.ts')!)
    return answers
  }

  /** TypeScript's own answer, where it has parsed all comments. */
  function judge(): Record<string, object> {
    const program = programOf(ts.JSDocParsingMode.ParseAll)
    const checker = program.getTypeChecker()
    return everySymbol(program, symbol => {
      const tags = symbol.getJsDocTags(checker)
      if (tags.some(({ name }) => name === 'internal')) return { internal: true }
      const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
      const deprecated = tags.filter(({ name }) => name === 'deprecated')
      const marks = deprecated.map(tag => `@deprecated ${ts.displayPartsToString(tag.text)}`.trim())
      const doc = [text, ...marks].filter(part => part !== '').join('\n')
      return doc === '' ? {} : { doc }
    })
  }

  for (const mode of ['ParseAll', 'ParseNone'] as const) {
    it(`is what TypeScript says of it, in a program made with ${mode}`, () => {
      const program = programOf(ts.JSDocParsingMode[mode])
      const compiler = { ts, program, checker: program.getTypeChecker() }
      const found = everySymbol(program, symbol => docsOf(compiler, symbol))
      expect(found).to.deep.equal(judge())
      expect(Object.values(found)).to.deep.include({ doc: 'Several lines,\n  one indented.\n\n- a list' })
      expect(Object.values(found).filter(it => 'doc' in it)).to.have.length.above(15)
    })
  }
})
