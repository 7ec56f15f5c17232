// Specifiers in → the TypeScript files that Node's hooks look for.
import { expect } from 'chai'
import { specifierToCandidates } from '../transformer/src/hosts/node/specifier-to-candidates.ts'

describe('the TypeScript files that an import may stand for', () => {
  it('are those of its JavaScript name', () => {
    expect(specifierToCandidates('file:///a/b.js')).to.deep.equal(['file:///a/b.ts', 'file:///a/b.tsx'])
    expect(specifierToCandidates('file:///a/b.mjs')).to.deep.equal(['file:///a/b.mts'])
    expect(specifierToCandidates('file:///a/b.jsx')).to.deep.equal(['file:///a/b.tsx'])
  })

  it('are those that a bundler would find where it has no extension', () => {
    expect(specifierToCandidates('file:///a/b')).to.deep.equal([
      'file:///a/b.ts',
      'file:///a/b.tsx',
      'file:///a/b/index.ts',
    ])
    expect(specifierToCandidates('file:///a/b.service')[0]).to.equal('file:///a/b.service.ts')
  })

  it('are none where it names a file as it is', () => {
    for (const url of ['file:///a/b.ts', 'file:///a/b.mts', 'file:///a/b.json']) {
      expect(specifierToCandidates(url)).to.deep.equal([])
    }
  })
})
