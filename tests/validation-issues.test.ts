// Values and type tables → issues: where, what was expected, what was there.
import { expect } from 'chai'
import type { TypeTable } from '../runtime/src/compiled-route.ts'
import { type IssuesOptions, tableToIssues } from '../runtime/src/validation/table-to-issues.ts'

/** Each issue as one line: `path: expected X, received Y`. */
function report(value: unknown, table: TypeTable, options: Partial<IssuesOptions> = {}): string[] {
  const issues = tableToIssues(value, table, { domain: 'json', root: 'args', maxIssues: 20, ...options })
  return issues.map(({ path, expected, received }) => `${path}: expected ${expected}, received ${received}`)
}

type Case = readonly [what: string, value: unknown, table: TypeTable, ...lines: string[]]

const circle: TypeTable = ['object', { kind: ['literal', 'circle'], radius: 'number' }]
const square: TypeTable = ['object', { kind: ['literal', 'square'], side: 'number' }]
const shape: TypeTable = [
  'union',
  [
    ['ref', 'Circle', () => circle],
    ['ref', 'Square', () => square],
  ],
]
const tree: TypeTable = ['ref', 'Tree', () => ['object', { 'left?': tree, 'right?': tree, value: 'number' }]]
const fastOrSlow: TypeTable = [
  'union',
  [
    ['literal', 'fast'],
    ['literal', 'slow'],
  ],
]

describe('validation: issues', () => {
  const cases: readonly Case[] = [
    ['a wrong leaf', '12', 'number', 'args: expected number, received "12"'],
    ['a number that is not finite', Number.NaN, 'number', 'args: expected number, received NaN'],
    ['null', null, 'string', 'args: expected string, received null'],
    ['a boolean', true, 'null', 'args: expected null, received true'],
    ['nothing', undefined, 'string', 'args: expected string, received nothing'],
    ['what must not be', 1, 'never', 'args: expected nothing, received 1'],
    ['text that is no date', '2026-02-30', 'date', 'args: expected date (ISO 8601), received "2026-02-30"'],
    ['a literal', 'fsat', fastOrSlow, 'args: expected "fast" | "slow", received "fsat"'],
    ['long text, cut', 'x'.repeat(90), 'number', `args: expected number, received "${'x'.repeat(40)}…"`],
    ['an object for text', {}, 'string', 'args: expected string, received an object'],
    ['an array for an object', [], ['object', {}], 'args: expected object, received an array'],
    [
      'a price deep inside',
      { items: [{ price: 1 }, { price: '12' }] },
      ['object', { items: ['array', ['object', { price: 'number' }]] }],
      'args.items[1].price: expected number, received "12"',
    ],
    [
      'several properties, in the order of the type',
      { b: 1 },
      ['object', { a: 'string', b: 'string', 'c?': 'string' }],
      'args.a: expected string, received nothing',
      'args.b: expected string, received 1',
    ],
    ['an optional property', { c: 1 }, ['object', { 'c?': 'string' }], 'args.c: expected string, received 1'],
    [
      'names that are no identifiers',
      { 'a-b': 1, '': 2 },
      ['object', { 'a-b': 'string', '': 'string' }],
      'args["a-b"]: expected string, received 1',
      'args[""]: expected string, received 2',
    ],
    [
      'names that every object inherits',
      {},
      ['object', Object.fromEntries(['constructor', 'toString', '__proto__'].map(name => [name, 'string']))],
      'args.constructor: expected string, received nothing',
      'args.toString: expected string, received nothing',
      'args.__proto__: expected string, received nothing',
    ],
    [
      'all other members of a record',
      { id: 1, x: 2, y: 'ok' },
      ['object', { id: 'number' }, 'string'],
      'args.x: expected string, received 2',
    ],
    [
      'a member named __proto__ of a record',
      JSON.parse('{"__proto__":1}'),
      ['object', {}, 'string'],
      'args.__proto__: expected string, received 1',
    ],
    [
      'a tuple that is none',
      {},
      ['tuple', ['number', 'string'], 1],
      'args: expected [number, string?], received an object',
    ],
    ['too long a tuple', [1, 2], ['tuple', ['number'], 1], 'args: expected [number], received an array of 2'],
    [
      'too short a tuple',
      [1],
      ['tuple', ['number', 'string'], 2],
      'args[1]: expected string, received nothing',
    ],
    [
      'a tuple without an element that may be undefined',
      [],
      ['tuple', ['unknown'], 1],
      'args: expected [unknown], received an array of 0',
    ],
    [
      'the rest of a tuple',
      [1, 'a', 2],
      ['tuple', ['number'], 1, 'string'],
      'args[2]: expected string, received 2',
    ],
    [
      'a union of leaves',
      {},
      ['union', ['string', 'number']],
      'args: expected string | number, received an object',
    ],
    [
      'an array of a union',
      1,
      ['array', ['union', ['string', 'null']]],
      'args: expected (string | null)[], received 1',
    ],
    [
      'the one member that its literal names',
      { kind: 'square', side: 'x' },
      shape,
      'args.side: expected number, received "x"',
    ],
    [
      'a literal that names no member',
      { kind: 'oval' },
      shape,
      'args.kind: expected "circle" | "square", received "oval"',
    ],
    [
      'a literal that is missing, beside null',
      {},
      ['union', ['null', shape]],
      'args.kind: expected "circle" | "square", received nothing',
    ],
    [
      'objects that no literal tells apart',
      { a: 1, c: 2 },
      [
        'union',
        [
          ['object', { a: 'string' }],
          ['object', { 'b?': 'number', a: 'boolean' }],
        ],
      ],
      'args: expected { a } | { b?, a }, received { a, c }',
    ],
    [
      'the one object that has most of the properties',
      { a: 1, c: 2 },
      [
        'union',
        [
          ['object', { a: 'string' }],
          ['object', { b: 'number' }],
        ],
      ],
      'args.a: expected string, received 1',
    ],
    [
      'a pair of a Map that is too short',
      { m: [['a']] },
      ['object', { m: ['map', 'string', 'number'] }],
      'args.m[0]: expected [string, number], received an array of 1',
    ],
    ['a key of a Map', [[1, 2]], ['map', 'string', 'number'], 'args[0][0]: expected string, received 1'],
    [
      'a Map that is an object',
      {},
      ['map', 'string', 'bigint'],
      'args: expected Map<string, bigint (decimal text)> (array of pairs), received an object',
    ],
    [
      'a bigint',
      7,
      [
        'union',
        [
          ['bigintLiteral', '7'],
          ['bigintLiteral', '-1'],
        ],
      ],
      'args: expected "7" | "-1", received 7',
    ],
    ['bytes', 'a', ['bytes', 'Uint8Array'], 'args: expected Uint8Array (base64), received "a"'],
    [
      'a property that is one too many',
      { a: 1 },
      ['object', {}, 'never'],
      'args.a: expected no such property, received 1',
    ],
    [
      'the middle of a tuple and its end',
      ['a', 'b', 1],
      ['tuple', ['string'], 1, 'number', ['boolean']],
      'args[1]: expected number, received "b"',
      'args[2]: expected boolean, received 1',
    ],
    [
      'too short a tuple with an end',
      ['a'],
      ['tuple', ['string'], 1, 'number', ['boolean']],
      'args: expected [string, ...number[], boolean], received an array of 1',
    ],
    [
      'the one object among leaves',
      { a: 1 },
      ['union', ['null', ['object', { a: 'string' }]]],
      'args.a: expected string, received 1',
    ],
    [
      'the one array among leaves',
      [1],
      ['union', ['null', ['array', 'string']]],
      'args[0]: expected string, received 1',
    ],
    [
      'a recursive type',
      { value: 1, left: { value: 2, right: { value: 'x' } } },
      tree,
      'args.left.right.value: expected number, received "x"',
    ],
    [
      'what a check refused and the table accepts',
      { a: 1 },
      ['object', { a: 'number' }],
      'args: expected object, received an object',
    ],
  ]
  for (const [what, value, table, ...lines] of cases) {
    it(`show ${what}`, () => expect(report(value, table)).to.deep.equal(lines))
  }

  it('of native values look at Dates and not at their text', () => {
    const native = { domain: 'native', root: 'result' } as const
    expect(report('2026-01-01', 'date', native)).to.deep.equal([
      'result: expected Date, received "2026-01-01"',
    ])
    expect(report(new Date(Number.NaN), 'date', native)).to.deep.equal([
      'result: expected Date, received an invalid Date',
    ])
    const table: TypeTable = ['object', { at: 'date', by: 'string' }]
    expect(report({ at: new Date(0), by: 1n }, table, native)).to.deep.equal([
      'result.by: expected string, received 1n',
    ])
    expect(report({ at: new Date(0), by: () => 1 }, table, native)).to.deep.equal([
      'result.by: expected string, received a function',
    ])
  })

  it('of native values speak of classes, and take none of them for an object', () => {
    const native = { domain: 'native', root: 'result' } as const
    const range: TypeTable = ['union', ['date', ['object', { from: 'date' }]]]
    expect(report(new Date(Number.NaN), range, native)).to.deep.equal([
      'result: expected Date | { from }, received an invalid Date',
    ])
    expect(report({ at: new Date(0), n: 'x' }, ['object', { at: range, n: 'number' }], native)).to.deep.equal(
      ['result.n: expected number, received "x"'],
    )
    expect(report(10, 'bigint', native)).to.deep.equal(['result: expected bigint, received 10'])
    expect(report(new Set(), ['map', 'string', 'date'], native)).to.deep.equal([
      'result: expected Map<string, Date>, received a Set',
    ])
    expect(report(new Map([['a', 1]]), ['map', 'string', 'date'], native)).to.deep.equal([
      'result[0][1]: expected Date, received 1',
    ])
    expect(report(new URL('a:b'), 'regexp', native)).to.deep.equal([
      'result: expected RegExp, received a URL',
    ])
  })

  it('stop at the bound', () => {
    expect(report(new Array(1_000).fill('x'), ['array', 'number'], { maxIssues: 3 })).to.have.length(3)
  })

  it('take bounded work for look-alike recursive types', () => {
    const left: TypeTable = ['object', { next: ['ref', 'Node', () => node], x: 'string' }]
    const right: TypeTable = ['object', { next: ['ref', 'Node', () => node], x: 'number' }]
    const node: TypeTable = ['union', ['null', left, right]]
    let value: unknown = { next: null, x: true }
    for (let depth = 0; depth < 60; depth++) value = { next: value, x: true }
    expect(report(value, node)).to.deep.equal(['args: expected null | { next, x }, received { next, x }'])
  })
})
