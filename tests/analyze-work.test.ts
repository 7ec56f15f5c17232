// Large and reordered programs in → the same analysis, for work that grows with the routes only, out.
import { expect } from 'chai'
import ts from 'typescript'
import { analyze } from '../transformer/src/analyze.ts'
import type { Analysis } from '../transformer/src/model/route-model.ts'
import { createProblemCollector } from '../transformer/src/read/node-to-problems.ts'
import type { TypeNode } from '../transformer/src/read/type-node.ts'
import { programFactory, type VirtualProgram } from './support/virtual-program.ts'

const programOf = programFactory()

/** The program's own checker, and how often the analysis asked it for the type at a place. */
function analyzeCounting({ program, checker }: VirtualProgram): { analysis: Analysis; questions: number } {
  let questions = 0
  const counting: ts.TypeChecker = {
    ...checker,
    getTypeAtLocation(node) {
      questions++
      return checker.getTypeAtLocation(node)
    },
  }
  return { analysis: analyze({ ts, program, checker: counting }), questions }
}

const FILES = {
  'types.ts': `export interface User { id: string; role: Role; color: Color | null; next?: User }
    export type Role = 'admin' | 'guest' | 'user'
    export enum Color { Red, Blue }`,
  'a.ts': `import { route } from '@alien-rpc/service'
    import type { User } from './types'
    export const list = route.get('/users', (args: { role?: User['role'] }): User[] => [])
    export const broken = route.post('/broken', (args: { f(): void; g: symbol }) => {})`,
  'b.ts': `import { route } from '@alien-rpc/service'
    import type { User } from './types'
    const order: 'user' | 'guest' = 'guest'
    export const update = route.put('/users/:id', (args: Pick<User, 'role' | 'id'>) => ({ order, z: 1 as 3 | 2 | 1 }))
    export const either = route.get('/either', (): { b: 1 } | { a: 1 } => ({ a: 1 }))`,
}

describe('the analysis', () => {
  it('is the same whatever the order of files, and whatever was checked before', () => {
    const plain = (analysis: Analysis) => ({ ...analysis, types: [...analysis.types] })
    const reversed = programOf(Object.fromEntries(Object.entries(FILES).reverse()))
    reversed.program.getSemanticDiagnostics()
    const first = programOf(FILES).analysis
    expect(first.routes.map(route => route.name)).to.deep.equal(['either', 'list', 'update'])
    expect(JSON.stringify(plain(reversed.analysis))).to.equal(JSON.stringify(plain(first)))
  })

  it('is kept for a program where the host wants it', () => {
    const program = programOf(FILES)
    const cache = new WeakMap<ts.Program, Analysis>()
    expect(analyze(program, { cache })).to.equal(analyze(program, { cache }))
    expect(analyze(program)).not.to.equal(analyze(program))
  })

  it('asks for three types a route, and one for a call that only looks like a route', () => {
    const types = Array.from(
      { length: 50 },
      (_, index) => `interface T${index} { a: { b: { c: T${(index + 1) % 50} }[] } }`,
    )
    const routes = types.map(
      (_, index) => `export const r${index} = route.post('/r${index}', (args: T${index}) => args)`,
    )
    const calls = Array.from({ length: 100 }, () => 'map.get("key"); other(1, 2); map.get?.("a", "b")')
    const source = [
      "import { route } from '@alien-rpc/service'",
      'declare const map: { get(...all: string[]): void }; declare function other(...all: number[]): void',
      ...types,
      ...routes,
      ...calls,
    ]
    const { analysis, questions } = analyzeCounting(programOf(source.join('\n')))
    expect(analysis.routes).to.have.length(50)
    expect(analysis.types.size).to.equal(50)
    expect(questions).to.equal(3 * 50 + 100)
  })

  it('reads each type once, however many routes lead to it', () => {
    const related = (count: number) => {
      const types = Array.from(
        { length: count },
        (_, i) => `interface T${i} { at: Date; next: T${(i + 1) % count} | null }`,
      )
      const routes = types.map(
        (_, i) => `export const r${i} = route.post('/r${i}', (args: T${i}): T${i} => args)`,
      )
      const program = programOf(
        `import { route } from '@alien-rpc/service'\n${[...types, ...routes].join('\n')}`,
      )
      let reads = 0
      const { checker } = program
      const counting: ts.TypeChecker = {
        ...checker,
        getTypeOfSymbol(symbol) {
          reads++
          return checker.getTypeOfSymbol(symbol)
        },
      }
      expect(analyze({ ts, program: program.program, checker: counting }).routes).to.have.length(count)
      return reads
    }
    const [small, large] = [related(20), related(80)]
    expect(large).to.be.at.most(small * 4)
  })

  it('judges each type once, however many routes lead to it', () => {
    let judged = 0
    const node = (children: TypeNode[]): TypeNode => ({
      model: { kind: 'unknown' },
      children: children.map(child => ({ step: '.next', node: child })),
      get problems() {
        judged++
        return []
      },
    })
    const chain = Array.from({ length: 500 }).reduce<TypeNode[]>(
      nodes => [node(nodes.slice(0, 1)), ...nodes],
      [],
    )
    const { collect } = createProblemCollector(true)
    for (const root of chain.toReversed()) expect(collect(root, 'args')).to.deep.equal([])
    expect(judged).to.be.at.most(2 * chain.length)
  })

  it('asks for nothing in files without a method name', () => {
    const { questions } = analyzeCounting(
      programOf({ 'other.ts': 'export const x = [1, 2].map(it => String(it))' }),
    )
    expect(questions).to.equal(0)
  })

  it('survives long chains of operators and deeply nested types', () => {
    const chain = Array.from({ length: 3000 }, () => '1').join(' + ')
    const types = Array.from({ length: 400 }, (_, index) => `interface T${index} { next: T${index + 1} }`)
    const { analysis } = programOf(`export const sum = ${chain}; interface T400 { end: true }
      ${types.join('\n')}
      export const r = route.get('/r', (): T0 => { throw sum })`)
    expect(analysis.findings.map(finding => finding.rule)).to.deep.equal([])
    expect(analysis.types.size).to.equal(401)
  })
})
