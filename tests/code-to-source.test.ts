// Modules and generated code in → the text that bundlers get: where the code lands, and that nothing of the user's moves.
import { expect } from 'chai'
import ts from 'typescript'
import { codeToSource } from '../transformer/src/hosts/bundler/code-to-source.ts'

/** Splices `SPEC` into each call of `route.get`. */
function splice(text: string): string {
  const source = ts.createSourceFile('/app/routes.ts', text, ts.ScriptTarget.ES2023)
  const specs = [...text.matchAll(/route\.get\((?:[^()]|\([^()]*\))*\)/g)].map(({ index, 0: call }) => ({
    start: index,
    end: index + call.length,
    text: 'SPEC',
  }))
  return codeToSource(ts, source, { namespace: '$alien', helpers: 'function $alien_f() {}\n', specs }).code
}

const IMPORT = `import * as $alien from "@alien-rpc/service/generated"`

describe('generated code in the text of a module', () => {
  it('stands behind the imports, and as the last argument of each call', () => {
    const text = `// licence\nimport { route } from 'r'\nimport 'b'\nexport const a = route.get('/a', () => 1)\nexport const b = route.get('/b', {}, f)\n`
    expect(splice(text)).to.equal(
      `// licence\nimport { route } from 'r'\nimport 'b'\n${IMPORT}\nfunction $alien_f() {}\n\n` +
        `export const a = route.get('/a', () => 1, SPEC)\nexport const b = route.get('/b', {}, f, SPEC)\n`,
    )
  })

  it('keeps trailing commas and comments', () => {
    expect(splice(`import 'r'\nroute.get('/a', () => 1, /* why */\n)`)).to.contain(
      `route.get('/a', () => 1, SPEC, /* why */\n)`,
    )
    expect(splice(`import 'r'\nroute.get('/a', f /* why */)`)).to.contain(
      `route.get('/a', f, SPEC /* why */)`,
    )
  })

  it('stands behind directives, and before the first statement where nothing is imported', () => {
    expect(splice(`'use strict'\nroute.get('/a', f)`)).to.match(/^'use strict'\nimport \* as \$alien/)
    expect(splice(`#!/usr/bin/env node\n// first\nroute.get('/a', f)`)).to.match(
      /^#!\/usr\/bin\/env node\n\/\/ first\nimport \* as \$alien[\s\S]+\nroute\.get\('\/a', f, SPEC\)$/,
    )
  })

  it('refuses a place where no call is', () => {
    const source = ts.createSourceFile('/app/routes.ts', 'const a = 1', ts.ScriptTarget.ES2023)
    const specs = [{ start: 0, end: 5, text: 'SPEC' }]
    expect(() => codeToSource(ts, source, { namespace: '$alien', helpers: '', specs })).to.throw(
      'no call at 0',
    )
  })
})
