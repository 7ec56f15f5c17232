// The author API's types, judged by TypeScript.
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import ts from 'typescript'

describe('author API types', () => {
  const files = ['types/author-api.ts', 'types/type-tags.ts'].map(file =>
    fileURLToPath(new URL(file, import.meta.url)),
  )
  const errorsWith = (options: ts.CompilerOptions) => {
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      ...options,
    })
    return ts
      .getPreEmitDiagnostics(program)
      .map(
        d =>
          `${d.start === undefined ? '' : d.file?.text.slice(d.start, d.start + 40)}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`,
      )
  }

  it('infer arguments from the path and additions from the middleware, and let plain values into tagged types', () => {
    expect(errorsWith({})).to.deep.equal([])
  })

  it('do so under exactOptionalPropertyTypes and noUncheckedIndexedAccess', () => {
    expect(errorsWith({ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true })).to.deep.equal([])
  })

  it('can fail: without strictNullChecks an optional addition is no longer optional', () => {
    expect(errorsWith({ strict: false })).to.not.deep.equal([])
  })
})
