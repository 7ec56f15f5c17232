// Handlers that compile and still do what nobody wants in → the warning at the very place, and none where the same is done well, out.
import { expect } from 'chai'
import { analyze } from '../transformer/src/analyze.ts'
import type { RuleName } from '../transformer/src/model/finding.ts'
import { programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

const PRELUDE = `import { route, tracked, type t } from '@alien-rpc/service'
declare const log: { line(): string; end: boolean }
declare function next(): Promise<number>
declare function numbers(): AsyncGenerator<number>
declare function entriesAfter(id: string): AsyncGenerator<{ id: string; text: string }>
interface Connection { query(id: number): Promise<string>; rows(): AsyncGenerator<string>; release(): void }
declare const pool: { connect(): Promise<Connection>; size(): number }
interface Feed extends AsyncIterable<string> { next(): Promise<IteratorResult<string>>; close(): Promise<void> }
declare const bus: { subscribe(topic: string): Feed; on: EventTarget }
declare function mergeAll(...feeds: Feed[]): AsyncGenerator<string>
declare const text: string
`

/** The findings of a rule, as "text at the place". */
function found(rule: RuleName, source: string, extra: Record<string, string> = {}): string[] {
  const program = programOf({ 'routes.ts': PRELUDE + source, ...extra })
  expect(program.typeErrors(), source).to.deep.equal([])
  const { findings } = analyze(program, { rules: { [rule]: 'warning' } })
  expect(
    findings.filter(it => it.rule !== rule).map(it => it.message),
    source,
  ).to.deep.equal([])
  return findings.map(({ place }) => program.textAt(place))
}

const streaming = (body: string, params = '') =>
  `export const it = route.get('/it', async function* (${params}) { ${body} })`
const subscribing = (handler: string) => `export const it = route.ws('/it', { ${handler} })`

describe('a loop without a wait', () => {
  const loops = (source: string) => found('loop-without-wait', source)

  it('is found where nothing in it can end or pause it', () => {
    expect(loops(streaming('for (let n = 0; ; n++) yield n'))).to.deep.equal(['for'])
    expect(loops(streaming('while (true) { if (log.line()) yield log.line() }'))).to.deep.equal(['while'])
    expect(loops(streaming('do { yield 1 } while (1)'))).to.deep.equal(['do'])
    expect(loops(streaming('while (true) yield context.method', '_: {}, context'))).to.deep.equal(['while'])
    expect(
      loops(streaming('while (true) { switch (log.line()) { case "a": break } yield 1 }')),
    ).to.have.length(1)
    expect(
      loops(streaming('while (true) { const f = async () => { await next(); return }; f(); yield 1 }')),
    ).to.have.length(1)
  })

  it('is found in what onSubscribe returns, and in generators beside the route', () => {
    const inner = 'async function* () { while (true) yield 1 }'
    expect(loops(subscribing(`async onSubscribe() { return ${inner} }`))).to.deep.equal(['while'])
    expect(loops(subscribing('async *onSubscribe() { while (true) yield 1 }'))).to.deep.equal(['while'])
    const beside = 'async function* ticks() { while (true) yield 1 }\n'
    expect(loops(`${beside}export const a = route.get('/a', () => ticks())`)).to.deep.equal(['while'])
    expect(
      loops(`${beside}export const a = route.get('/a', ticks)\nexport const b = route.get('/b', ticks)`),
    ).to.deep.equal(['while'])
    expect(
      loops(
        `${subscribing('onSubscribe(name: "x" | "y") { return name === "x" ? ticks : ticks() }')}\n${beside}`,
      ),
    ).to.deep.equal(['while'])
  })

  it('may await, delegate, end, or look at its signal', () => {
    const fine = [
      streaming('while (true) yield await next()'),
      streaming('while (true) yield next()'),
      streaming('while (true) yield* numbers()'),
      streaming('while (true) for await (const n of numbers()) yield n'),
      streaming('while (true) { const line = log.line(); if (!line) break; yield line }'),
      streaming('all: while (true) { for (const n of [1]) { yield n; break all } }'),
      streaming('while (true) { if (log.end) return; yield 1 }'),
      streaming('for (let n = 0; n < 100; n++) yield n'),
      streaming('while (!log.end) yield 1'),
      streaming('while (true) { signal.throwIfAborted(); yield 1 }', '_: {}, { signal }'),
      streaming('while (!context.signal.aborted) yield 1', '_: {}, context'),
      streaming(
        'const { signal: s } = context; while (true) { check(context); yield 1 }',
        '_: {}, context',
      ).concat('\ndeclare function check(context: object): void'),
      "export const it = route.get('/it', () => { const f = function* () { while (true) yield 1 }; return [...f()].length })",
    ]
    for (const source of fine) expect(loops(source), source).to.deep.equal([])
  })
})

describe('a resource without finally', () => {
  const resources = (source: string) => found('resource-without-finally', source)

  it('is found where a yield comes between acquiring and releasing it', () => {
    const acquire = 'const c = await pool.connect();'
    expect(
      resources(streaming(`${acquire} for (const id of [1, 2]) yield await c.query(id); c.release()`)),
    ).to.deep.equal(['pool.connect()'])
    expect(resources(streaming(`${acquire} yield* c.rows()`))).to.have.length(1)
    expect(
      resources(streaming(`for (const id of [1]) { ${acquire} yield await c.query(id); c.release() }`)),
    ).to.have.length(1)
    expect(
      resources(streaming(`${acquire} try { yield await c.query(1) } catch { c.release() }`)),
    ).to.have.length(1)
    expect(
      resources(streaming(`try { log.line() } finally { ${acquire} yield c.query(1); c.release() }`)),
    ).to.have.length(1)
    expect(
      resources(streaming("const f = bus.subscribe('x'); while (await next()) yield String(f.next())")),
    ).to.deep.equal(["bus.subscribe('x')"])
  })

  it('is found of intervals and of listeners on what outlives the call', () => {
    const interval = 'setInterval(() => log.line(), 1000)'
    expect(resources(streaming(`${interval}; yield await next()`))).to.deep.equal([interval])
    expect(resources(streaming(`const i = ${interval}; yield await next(); clearInterval(i)`))).to.deep.equal(
      [interval],
    )
    expect(
      resources(streaming("const f = () => {}; bus.on.addEventListener('x', f); yield await next()")),
    ).to.deep.equal(["bus.on.addEventListener('x', f)"])
  })

  it('may be released in finally, before the first yield, or by somebody else', () => {
    const acquire = 'const c = await pool.connect();'
    const fine = [
      streaming(`${acquire} try { yield await c.query(1) } finally { c.release() }`),
      streaming(`try { ${acquire} yield await c.query(1); c.release() } finally { log.line() }`),
      streaming(`${acquire} try { if (log.end) { yield 1 } } catch { yield 2 } finally { c.release() }`),
      streaming(`${acquire} const text = await c.query(1); c.release(); yield text`),
      streaming(`{ ${acquire} log.line() } yield 1`),
      streaming(`${acquire} log.line()`),
      streaming("const f = bus.subscribe('x'); for await (const entry of f) yield entry"),
      streaming("const f = bus.subscribe('x'); yield* f"),
      streaming(
        "const a = bus.subscribe('x'); const b = bus.subscribe('y'); for await (const e of mergeAll(a, b)) yield e",
      ),
      streaming(
        `${acquire} context.signal.addEventListener('abort', () => c.release()); yield await c.query(1)`,
        '_: {}, context',
      ),
      streaming('const n = pool.size(); yield n'),
      streaming("const target = new EventTarget(); target.addEventListener('x', () => {}); yield 1"),
      streaming("bus.on.addEventListener('x', () => {}, { signal }); yield 1", '_: {}, { signal }'),
      "export const it = route.get('/it', async () => { const c = await pool.connect(); return c.query(1) })",
    ]
    for (const source of fine) expect(resources(source), source).to.deep.equal([])
  })

  it('may be a function that releases, or be disposed of by the language', () => {
    const source = `import { route } from '@alien-rpc/service'
      declare const mutex: { acquire(): Promise<() => void> }
      declare const pool: { connect(): Promise<{ close(): void } & AsyncDisposable> }
      export const a = route.get('/a', async function* () { const free = await mutex.acquire(); yield 1; free() })
      export const b = route.get('/b', async function* () { await using c = await pool.connect(); yield typeof c })`
    const program = programOf(source, { lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'] })
    expect(program.typeErrors()).to.deep.equal([])
    expect(program.analysis.findings.map(it => program.textAt(it.place))).to.deep.equal(['mutex.acquire()'])
    expect(program.analysis.findings[0]?.message).to.include('finally { free() }')
  })

  it("is none of Node's streams and files that are iterated, which close themselves", () => {
    const source = `import { createReadStream } from 'node:fs'
      import { open } from 'node:fs/promises'
      import { setInterval } from 'node:timers/promises'
      import { route } from '@alien-rpc/service'
      export const a = route.get('/a', async function* () {
        const stream = createReadStream('x'); for await (const chunk of stream) yield String(chunk)
      })
      export const b = route.get('/b', async function* () {
        const file = await open('x'); for await (const line of file.readLines()) yield line
      })
      export const c = route.get('/c', async function* () {
        const ticks = setInterval(1000); for await (const _ of ticks) yield 1
      })
      export const d = route.get('/d', async function* () {
        const file = await open('x'); yield (await file.stat()).size; await file.close()
      })
      export const e = route.get('/e', async function* () { setInterval(1000); yield 1 })`
    const program = programOf({ 'routes.ts': source })
    expect(program.typeErrors()).to.deep.equal([])
    expect(program.analysis.findings.map(it => program.textAt(it.place))).to.deep.equal(["open('x')"])
    expect(program.analysis.findings[0]?.message).to.include('finally { await file.close() }')
  })
})

describe('items without ids', () => {
  const plain = "for await (const entry of entriesAfter('0')) yield entry"
  const ids = "for await (const entry of entriesAfter('0')) yield tracked(entry.id, entry)"

  it('are found at each yield of a subscription, where the project asks', () => {
    const all = (source: string) => found('items-without-ids', source)
    expect(all(subscribing(`async *onSubscribe() { ${plain} }`))).to.deep.equal(['yield entry'])
    expect(
      all(subscribing(`async onSubscribe() { return async function* () { yield 1; yield 2 } }`)),
    ).to.deep.equal(['yield 1', 'yield 2'])
    expect(all(subscribing('onSubscribe: () => numbers()'))).to.deep.equal(['onSubscribe'])
    expect(all(subscribing(`async *onSubscribe() { ${ids} }`))).to.deep.equal([])
    expect(all(subscribing(`async *onSubscribe() { yield 1; ${ids} }`)), 'some have').to.deep.equal([])
    expect(all(streaming(plain)), 'no subscription').to.deep.equal([])
    expect(analyze(programOf(PRELUDE + subscribing('onSubscribe: () => numbers()'))).findings).to.deep.equal(
      [],
    )
  })

  it('are found where lastEventId is read', () => {
    const all = (source: string) => found('resume-without-ids', source)
    const from = "for await (const entry of entriesAfter(lastEventId ?? '0')) yield entry"
    expect(all(streaming(from, '_: {}, { lastEventId }'))).to.deep.equal(['lastEventId'])
    expect(all(streaming(`const { lastEventId } = context; ${from}`, '_: {}, context'))).to.deep.equal([
      'lastEventId',
    ])
    expect(all(streaming("yield* entriesAfter(context.lastEventId ?? '0')", '_: {}, context'))).to.deep.equal(
      ['lastEventId'],
    )
    expect(
      all(
        subscribing(
          "async onSubscribe(_: undefined, context) { return () => entriesAfter(context.lastEventId ?? '0') }",
        ),
      ),
    ).to.deep.equal(['lastEventId'])
    expect(
      all(streaming(from.replace('yield entry', 'yield tracked(entry.id, entry)'), '_: {}, { lastEventId }')),
    ).to.deep.equal([])
    expect(
      all(streaming('yield source.lastEventId').concat('\ndeclare const source: MessageEvent')),
    ).to.deep.equal([])
  })
})
