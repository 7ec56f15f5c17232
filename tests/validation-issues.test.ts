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
      'args: expected Circle | Square, received an object',
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
      'result: expected date (ISO 8601), received "2026-01-01"',
    ])
    expect(report(new Date(Number.NaN), 'date', native)).to.deep.equal([
      'result: expected date (ISO 8601), received an invalid Date',
    ])
    const table: TypeTable = ['object', { at: 'date', by: 'string' }]
    expect(report({ at: new Date(0), by: 1n }, table, native)).to.deep.equal([
      'result.by: expected string, received 1n',
    ])
    expect(report({ at: new Date(0), by: () => 1 }, table, native)).to.deep.equal([
      'result.by: expected string, received a function',
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
    expect(report(value, node)).to.deep.equal(['args: expected null | object, received an object'])
  })
})
