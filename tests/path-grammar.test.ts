// The path grammar: what parses, what is refused and where, and how a request path is written.
import { expect } from 'chai'
import fc from 'fast-check'
import { fillPath, isPathProblem, type PathPattern, parsePath, pathKey } from '../runtime/src/path-grammar.ts'

const parsed = (pattern: string): PathPattern => {
  const result = parsePath(pattern)
  if (isPathProblem(result)) throw new Error(result.problem)
  return result
}

describe('path grammar', () => {
  it('parses literals, parameters and a final rest', () => {
    expect(parsed('/').segments).to.deep.equal([])
    expect(parsed('/users/:id/*rest')).to.deep.equal({
      segments: [
        { kind: 'static', text: 'users' },
        { kind: 'param', name: 'id' },
        { kind: 'rest', name: 'rest' },
      ],
      params: ['id', 'rest'],
    })
    expect(parsed('/a-b_c.d~e/%20/x@y').segments).to.have.length(3)
  })

  const refused: [string, string, RegExp][] = [
    ['', '', /starts with/],
    ['users', 'users', /starts with/],
    ['/users/', '', /trailing/],
    ['/a//b', '/', /empty segment/],
    ['/users/id:', 'id:', /mixes/],
    ['/users/:', ':', /needs a name/],
    ['/users/:user-id', ':user-id', /needs a name/],
    ['/:a/x/:a', ':a', /twice/],
    ['/*rest/more', '*rest', /last/],
    ['/a?b=1', 'a?b=1', /no query/],
    ['/a b', 'a b', /percent-encoded/],
    ['/ä', 'ä', /percent-encoded/],
    ['/a%2', 'a%2', /percent-encoded/],
    ['/a/../b', '..', /resolved/],
    ['/:__proto__', ':__proto__', /__proto__/],
    ['/v:version', 'v:version', /mixes/],
  ]
  for (const [pattern, culprit, problem] of refused) {
    it(`refuses ${JSON.stringify(pattern)} and points at ${JSON.stringify(culprit)}`, () => {
      const result = parsePath(pattern)
      if (!isPathProblem(result)) throw new Error('was accepted')
      expect(result.problem).to.match(problem)
      expect(pattern.slice(result.offset, result.offset + result.length)).to.equal(culprit)
    })
  }

  it('gives patterns that match the same paths the same key', () => {
    expect(pathKey(parsed('/u/:id'))).to.equal(pathKey(parsed('/u/:name')))
    expect(pathKey(parsed('/u/:id'))).to.not.equal(pathKey(parsed('/u/*id')))
    expect(pathKey(parsed('/u/:id'))).to.not.equal(pathKey(parsed('/u/id')))
  })

  it('writes any value so that the URL parser gives it back whole', () => {
    const pattern = parsed('/users/:id/end')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), id => {
        fc.pre(id !== '.' && id !== '..' && id.isWellFormed())
        const segments = new URL(fillPath(pattern, { id }), 'http://h').pathname.split('/')
        expect(segments).to.have.length(4)
        expect(decodeURIComponent(segments[2] as string)).to.equal(id)
      }),
    )
  })

  it('refuses values that a URL parser would swallow', () => {
    for (const id of ['', '.', '..', undefined, null]) {
      expect(() => fillPath(parsed('/users/:id'), { id })).to.throw(TypeError, /"id"/)
    }
    for (const rest of ['', 'a//b', '../a', 'a/..']) {
      expect(() => fillPath(parsed('/files/*rest'), { rest })).to.throw(TypeError, /"rest"/)
    }
    expect(fillPath(parsed('/files/*rest'), { rest: 'a b/c' })).to.equal('/files/a%20b/c')
    expect(fillPath(parsed('/at/:when'), { when: new Date(0) })).to.equal('/at/1970-01-01T00%3A00%3A00.000Z')
  })
})
