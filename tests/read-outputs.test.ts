// What a handler returns in → value, stream or Response, and the types that are sent, out.
import { expect } from 'chai'
import type { RouteModel } from '../transformer/src/model/route-model.ts'
import { onlyRoute, programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

type Output = Pick<RouteModel, 'output' | 'result' | 'returns'>

/** Of a handler's source; `returning` writes one with a declared result. */
function outputOf(handler: string, declarations = ''): Output {
  const program =
    programOf(`import { mergeStreams, route, type t, tracked, type Tracked } from '@alien-rpc/service'
    ${declarations}
    export const r = route.get('/r', ${handler})`)
  expect(program.typeErrors()).to.deep.equal([])
  const { output, result, returns } = onlyRoute(program)
  return { output, ...(result ? { result } : {}), ...(returns ? { returns } : {}) }
}

function returning(type: string, declarations = ''): Output {
  return outputOf(`(): ${type} => { throw new Error() }`, declarations)
}

const number = { kind: 'number' }
const string = { kind: 'string' }
const union = (...members: object[]) => ({ kind: 'union', members })

describe('reading results', () => {
  it('takes a value out of its promise, however it is wrapped', () => {
    const value = { output: 'value', result: number }
    expect(returning('number')).to.deep.equal(value)
    expect(returning('Promise<number>')).to.deep.equal(value)
    expect(returning('Promise<Promise<number>>')).to.deep.equal(value)
    expect(returning('PromiseLike<number>')).to.deep.equal(value)
    expect(returning('number | Promise<number>')).to.deep.equal(value)
    expect(returning('Promise<string> | Promise<number>')).to.deep.equal({
      output: 'value',
      result: union(string, number),
    })
    expect(outputOf('async () => 1 as number')).to.deep.equal(value)
  })

  it('sends nothing for void, undefined and never', () => {
    for (const type of ['void', 'undefined', 'never', 'Promise<void>', 'Promise<undefined | void>']) {
      expect(returning(type), type).to.deep.equal({ output: 'value' })
    }
    expect(outputOf('async () => {}')).to.deep.equal({ output: 'value' })
  })

  it('keeps that a value may be missing', () => {
    const result = union(number, { kind: 'undefined' })
    for (const type of ['number | undefined', 'Promise<number | void>', 'Promise<number> | undefined']) {
      expect(returning(type), type).to.deep.equal({ output: 'value', result })
    }
  })

  it('knows the web Response', () => {
    expect(returning('Response')).to.deep.equal({ output: 'response' })
    expect(returning('Promise<Response>')).to.deep.equal({ output: 'response' })
    const node = programOf("export const r = route.get('/r', async () => new Response())", {
      lib: ['lib.es2023.d.ts'],
    })
    expect(onlyRoute(node), "Node's types alone").to.have.property('output', 'response')
    expect(returning('Mine', 'class Mine extends Response {}')).to.deep.equal({ output: 'response' })
  })
})

describe('reading streams', () => {
  it('reads items and return value of a generator', () => {
    const generator =
      'async function* () { yield 1 as number; if (Date.now() > 1) return; return "x" as string }'
    expect(outputOf('async function* () { yield 1 as number }')).to.deep.equal({
      output: 'stream',
      result: number,
    })
    expect(outputOf(generator)).to.deep.equal({
      output: 'stream',
      result: number,
      returns: union(string, { kind: 'undefined' }),
    })
    expect(outputOf('async function* () { while (true) yield 1 as number }')).to.deep.equal({
      output: 'stream',
      result: number,
    })
    expect(outputOf('async () => (async function* () { yield 1 as number })()')).to.deep.equal({
      output: 'stream',
      result: number,
    })
  })

  it('reads every type that can be iterated asynchronously', () => {
    const own = `interface Feed { [Symbol.asyncIterator](): { next(): Promise<Next> } }
      type Next = { done: false; value: number } | { done: true; value: string }
      class Rows { async *[Symbol.asyncIterator]() { yield 1 as number } }`
    const items = { output: 'stream', result: number }
    const both = { output: 'stream', result: number, returns: string }
    expect(returning('AsyncGenerator<number>')).to.deep.equal(items)
    expect(returning('AsyncGenerator<number, string>')).to.deep.equal(both)
    expect(returning('AsyncIterable<number>')).to.deep.equal(items)
    expect(returning('AsyncIterableIterator<number>')).to.deep.equal(items)
    expect(returning('ReadableStream<number>')).to.deep.equal(items)
    expect(returning('Feed', own)).to.deep.equal(both)
    expect(returning('Rows', own)).to.deep.equal(items)
    expect(returning('Promise<AsyncIterable<number> | Rows>', own)).to.deep.equal(items)
    expect(returning('Named', 'interface Named extends AsyncIterable<number> {}')).to.deep.equal(items)
    expect(returning('AsyncIterable<number> | AsyncIterable<string>')).to.deep.equal({
      output: 'stream',
      result: union(string, number),
    })
  })

  it('reads streams of Node', () => {
    const node = programOf(
      `import { route } from '@alien-rpc/service'
      import { ReadableStream } from 'node:stream/web'
      export const r = route.get('/r', () => new ReadableStream<number>())`,
      { lib: ['lib.es2023.d.ts'] },
    )
    expect(onlyRoute(node)).to.deep.include({ output: 'stream', result: number })
  })

  it('takes tracked items for their values', () => {
    const tracked = { output: 'stream', result: number }
    expect(outputOf("async function* () { yield tracked('1', 1 as number) }")).to.deep.equal(tracked)
    expect(returning('AsyncIterable<Tracked<number>>')).to.deep.equal(tracked)
    expect(returning('AsyncIterable<Tracked<number> | string>')).to.deep.equal({
      output: 'stream',
      result: union(string, number),
    })
    const likeness = '{ id: string; value: number }'
    expect(returning(`AsyncIterable<${likeness}>`).result).to.have.property('kind', 'object')
  })

  it('reads what JSON has no form for in items and return value as in results', () => {
    const rich = { kind: 'map', key: { kind: 'bigint' }, value: { kind: 'date' }, readonly: false }
    const bytes = { kind: 'bytes', type: 'Uint8Array' }
    expect(returning('Map<bigint, Date>')).to.deep.equal({ output: 'value', result: rich })
    expect(returning('AsyncGenerator<Map<bigint, Date>, Buffer>')).to.deep.equal({
      output: 'stream',
      result: rich,
      returns: bytes,
    })
    expect(outputOf("async function* () { yield tracked('1', new Uint8Array()) }").result).to.deep.equal(
      bytes,
    )
    expect(returning('AsyncIterable<string & t.MinLength<1>>').result).to.deep.equal({
      kind: 'string',
      constraints: [{ tag: 'minLength', value: 1 }],
    })
  })

  it('keeps the name of an item, tracked or not', () => {
    const user = 'interface User { id: string }'
    expect(returning('AsyncIterable<Tracked<User>>', user).result).to.deep.equal({ kind: 'ref', id: 'User' })
    const state = "type State = 'on' | 'off'"
    expect(returning('AsyncIterable<State>', state).result).to.deep.equal({ kind: 'ref', id: 'State' })
  })

  it('reads the objects of several yields as TypeScript completes them', () => {
    const handler = `async function* () {
      try { yield { value: 1 as number } } catch (error: any) { yield { error: error.message } }
    }`
    const property = (name: string, model: object, optional = false) => ({
      name,
      model,
      optional,
      readonly: false,
    })
    const absent = { kind: 'undefined' }
    expect(outputOf(handler).result).to.deep.equal({
      kind: 'union',
      members: [
        { kind: 'object', properties: [property('value', number), property('error', absent, true)] },
        { kind: 'object', properties: [property('error', { kind: 'any' }), property('value', absent, true)] },
      ],
    })
  })

  it('reads merged streams', () => {
    const feeds = 'declare const a: AsyncIterable<number>; declare const b: AsyncIterable<string>'
    expect(
      outputOf('async function* () { for await (const x of mergeStreams(a, b)) yield x }', feeds).output,
    ).to.equal('stream')
  })
})

describe('results that cannot be sent', () => {
  const refused: Record<string, string> = {
    'number | Response': 'always the same of the three',
    'AsyncIterable<number> | number': 'always the same of the three',
    'Promise<AsyncIterable<number> | undefined>': 'always the same of the three',
    'Generator<number>': 'write "async function*"',
    'IterableIterator<number>': 'write "async function*"',
    '{ later: Promise<number> }': 'await it',
    'AsyncIterable<number | undefined>': 'item: may be undefined',
    'AsyncIterable<void>': 'item: may be undefined',
  }
  for (const [type, reason] of Object.entries(refused)) {
    it(`refuses ${type}`, () => {
      const program = programOf(`export const r = route.get('/r', (): ${type} => { throw new Error() })`)
      expect(program.analysis.findings.map(it => it.rule)).to.deep.equal(['not-serializable'])
      expect(program.analysis.findings[0]!.message).to.contain(reason)
      expect(program.textAt(program.analysis.findings[0]!.place)).to.equal(type)
    })
  }
})
