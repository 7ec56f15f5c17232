// Tables and values in → the prepared reporter and the one that prepares nothing must say the same.
import { expect } from 'chai'
import type { TypeTable } from '../runtime/src/compiled-route.ts'
import type { Issue } from '../runtime/src/errors.ts'
import { perhaps, unlessBoolean, unlessString } from '../runtime/src/validation/faults.ts'
import { newReport } from '../runtime/src/validation/report.ts'
import { mismatchToIssues, tableToIssues } from '../runtime/src/validation/table-to-issues.ts'
import { walk } from '../runtime/src/validation/walk-table.ts'

const OPTIONS = { domain: 'json', root: 'args', maxIssues: 5 } as const

const NODE: TypeTable = ['ref', 'Node', () => nodeTable]
const nodeTable: TypeTable = [
  'object',
  { value: 'string', 'left?': NODE, right: ['union', [NODE, 'null']], tags: ['array', 'string'] },
]
const SHAPE: TypeTable = [
  'union',
  [
    ['object', { kind: ['literal', 'circle'], radius: 'number' }],
    [
      'object',
      {
        kind: [
          'union',
          [
            ['literal', 'square'],
            ['literal', 'cube'],
          ],
        ],
        side: 'number',
      },
    ],
  ],
]
const TWO_TAGS: TypeTable = [
  'union',
  [
    ['object', { a: ['literal', 1], b: ['literal', 1] }],
    ['object', { a: ['literal', 2], b: ['literal', 2] }],
  ],
]
const CLOSED: TypeTable = ['object', { id: 'number', 'odd key!?': 'string' }, 'never']
const INHERITED: TypeTable = [
  'object',
  Object.fromEntries([
    ['constructor', 'string'],
    ['toString', 'string'],
  ]),
]
const TABLES: readonly TypeTable[] = [
  NODE,
  SHAPE,
  TWO_TAGS,
  CLOSED,
  INHERITED,
  ['array', 'number'],
  ['array', SHAPE],
  ['object', { 'a?': 'date', b: ['union', ['string', ['literal', 7], 'null']], 'c?': 'unknown' }],
  ['tuple', ['string', NODE], 1],
]

const LEAF = { value: 'x', right: null, tags: [] }
const VALUES: readonly unknown[] = [
  null,
  7,
  'x',
  [],
  {},
  [1, 'x', null],
  LEAF,
  { ...LEAF, left: { ...LEAF, value: 1, right: { tags: [1, 2, 3, 4, 5, 6] } } },
  { tags: 'none', right: 'x', value: undefined, left: [] },
  { kind: 'circle', radius: '1' },
  { kind: 'cube', radius: 1 },
  { kind: 'other' },
  [{ kind: 'square' }, { kind: 'circle', radius: null }],
  { a: 1, b: 2 },
  { b: 2, a: 2 },
  { a: 'no date', b: 8, c: 1 },
  { b: null, a: '2026-01-01' },
  { id: 'x', 'odd key?': 1, more: true },
  ['x', { ...LEAF, tags: [null] }],
  JSON.parse('{"__proto__":{"constructor":"x"},"id":1}'),
]

describe('the prepared reporter', () => {
  it('says what the one that prepares nothing says', () => {
    for (const table of TABLES) {
      for (const value of VALUES) {
        const expected = issuesByTable(value, table)
        if (expected.length > 0) expect(tableToIssues(value, table, OPTIONS)).to.deep.equal(expected)
      }
    }
  })

  it('asks a route for its table once', () => {
    let asked = 0
    const part = {
      table: (): TypeTable => {
        asked++
        return NODE
      },
    }
    const first = mismatchToIssues({ ...LEAF, tags: [1] }, part, OPTIONS)
    expect(first).to.deep.equal([{ path: 'args.tags[0]', expected: 'string', received: '1' }])
    expect(mismatchToIssues({ ...LEAF, value: 1 }, part, OPTIONS)).to.have.length(1)
    expect(asked).to.equal(1)
  })

  it('looks only at properties that the compiled table finds', () => {
    const asked: unknown[] = []
    const faults = (value: Record<string, unknown>) => {
      asked.push(value)
      return perhaps(value.b, 1, unlessBoolean(value.c, 2, perhaps(value.d, 3)))
    }
    const table: TypeTable = [
      'object',
      { a: 'string', 'b?': 'number', c: 'boolean', d: ['array', 'string'] },
      undefined,
      faults,
    ]
    const value = { d: [1], c: 0, a: 7 }
    expect(tableToIssues(value, table, OPTIONS)).to.deep.equal([
      { path: 'args.c', expected: 'boolean', received: '0' },
      { path: 'args.d[0]', expected: 'string', received: '1' },
    ])
    expect(asked).to.deep.equal([value])
  })

  it('follows a property that alone is wrong, and refuses the whole where nothing seems to be', () => {
    const inner: TypeTable = [
      'object',
      { a: 'string' },
      undefined,
      ({ a }: { a: unknown }) => unlessString(a, 0),
    ]
    const faults = ({ o }: { o: unknown }) => perhaps(o, 0)
    const outer: TypeTable = ['object', { o: inner }, undefined, faults]
    const optional: TypeTable = ['object', { 'o?': inner }, undefined, faults]
    const issuesOf = (value: unknown, table: TypeTable) =>
      tableToIssues(value, table, OPTIONS).map(({ path, received }) => `${path}: ${received}`)
    expect(issuesOf({ o: { a: 1 } }, outer)).to.deep.equal(['args.o.a: 1'])
    expect(issuesOf({ o: null }, outer)).to.deep.equal(['args.o: null'])
    expect(issuesOf({}, outer)).to.deep.equal(['args.o: nothing'])
    expect(issuesOf({ o: { a: '' } }, outer)).to.deep.equal(['args: an object'])
    expect(issuesOf({}, optional)).to.deep.equal(['args: an object'])
    expect(issuesOf({ o: { a: 1 } }, optional)).to.deep.equal(['args.o.a: 1'])
  })

  it('says where a route of another root is wrong, with the plan of the first', () => {
    const part = { table: (): TypeTable => ['object', { a: 'string' }] }
    for (const root of ['args', '', 'message']) {
      const issues = mismatchToIssues({ a: 1 }, part, { ...OPTIONS, root })
      expect(issues.map(({ path }) => path)).to.deep.equal([`${root}.a`])
    }
  })

  it('leaves out items that the compiled table does not find, and asks for none far from the root', () => {
    let asked = 0
    const find = (list: readonly unknown[], start: number) => {
      asked++
      return list.findIndex((item, i) => i >= start && !(Array.isArray(item) && item.length === 0))
    }
    const list: TypeTable = ['array', ['ref', 'List', () => list], undefined, find]
    expect(tableToIssues([[], [[], 'x']], list, OPTIONS)).to.deep.equal([
      { path: 'args[1][1]', expected: 'List[]', received: '"x"' },
    ])
    let deep: unknown = 'x'
    for (let depth = 0; depth < 20; depth++) deep = [deep]
    asked = 0
    expect(tableToIssues(deep, list, OPTIONS)).to.have.length(1)
    // The first wrong item of a list, and that there is no other.
    expect(asked).to.equal(16)
  })

  it('says of a value that is another one each time it is read what it saw', () => {
    let reads = 0
    const value = Object.defineProperty({}, 'a', { enumerable: true, get: () => (reads++ % 2 ? 1 : 'x') })
    const table: TypeTable = [
      'object',
      { a: 'string' },
      undefined,
      (it: { a: unknown }) => unlessString(it.a, 0),
    ]
    for (let turn = 0; turn < 3; turn++) {
      expect(tableToIssues(value, table, OPTIONS)).to.deep.equal([
        { path: 'args.a', expected: 'string', received: '1' },
      ])
    }
  })

  it('keeps within the bound on issues', () => {
    const issues = tableToIssues({ ...LEAF, tags: [1, 2, 3, 4, 5, 6, 7] }, NODE, OPTIONS)
    expect(issues).to.have.length(5)
    const point: TypeTable = ['object', { x: 'number' }]
    const points: TypeTable = ['object', { a: point, b: point, c: ['array', point] }]
    const options = { ...OPTIONS, maxIssues: 1 }
    expect(tableToIssues({ a: 1, b: 2, c: [3, {}] }, points, options)).to.have.length(1)
  })

  it('finds holes, which handlers may leave in arrays', () => {
    const holes = new Array(2)
    expect(tableToIssues(holes, ['array', 'string'], { ...OPTIONS, domain: 'native' })).to.deep.include({
      path: 'args[0]',
      expected: 'string',
      received: 'nothing',
    })
  })
})

function issuesByTable(value: unknown, table: TypeTable): readonly Issue[] {
  const report = newReport(OPTIONS)
  walk(value, table, report)
  return report.issues
}
