// Several iterables in → one stream out: fair, bounded, and closed on every path.
import { expect } from 'chai'
import { mergeStreams } from '../runtime/src/merge-streams.ts'
import { Feed, settled } from './support/stream-script.ts'

async function* repeat(value: string, times = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
  for (let n = 0; n < times; n++) yield value
}

async function take<T>(stream: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) {
    items.push(item)
    if (items.length >= most) break
  }
  return items
}

const failure = new Error('source failed')

describe('mergeStreams', () => {
  it('gives the items of all sources as they come, and ends when all have ended', async () => {
    const [a, b] = [new Feed<string>(), new Feed<string>()]
    const items = take(mergeStreams(a, b))
    await settled()
    await b.push('b1')
    await b.push('b2')
    await a.push('a1')
    await b.end()
    await a.push('a2')
    await a.end()
    expect(await items).to.deep.equal(['b1', 'b2', 'a1', 'a2'])
    expect([a.returns, b.returns]).to.deep.equal([0, 0])
  })

  it('is typed as the union of what the sources give', async () => {
    const merged = mergeStreams(
      repeat('a', 1),
      (async function* () {
        yield 1
      })(),
    )
    const items: (string | number)[] = await take(merged)
    // @ts-expect-error: it may be a number
    const strings: string[] = items
    expect(strings).to.have.members(['a', 1])
  })

  it('ends at once without sources', async () => {
    expect(await take(mergeStreams())).to.deep.equal([])
  })

  it('alternates between sources that are always ready', async () => {
    const items = await take(mergeStreams(repeat('a'), repeat('b'), repeat('c')), 300)
    for (const name of ['a', 'b', 'c']) {
      expect(items.filter(item => item === name).length, name).to.be.within(98, 102)
    }
  })

  it('asks each source for one item ahead of the reader, and no more', async () => {
    const sources = [new Feed<number>(), new Feed<number>()] as const
    const merged = mergeStreams(...sources)
    await settled()
    expect(sources.map(source => source.pulls)).to.deep.equal([0, 0])
    const first = merged.next()
    await sources[0].push(1)
    await sources[1].push(2)
    expect(await first).to.deep.equal({ done: false, value: 1 })
    expect(sources.map(source => source.pulls)).to.deep.equal([1, 1])
    expect(await merged.next()).to.deep.equal({ done: false, value: 2 })
    expect(sources.map(source => source.pulls)).to.deep.equal([2, 1])
  })

  it('keeps nothing for each item while another source is silent', async () => {
    const silent = new Feed<string>()
    const merged = mergeStreams(silent, repeat('a'))
    for (let n = 0; n < 1_000; n++) await merged.next()
    global.gc!()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 100_000; n++) await merged.next()
    global.gc!()
    expect(process.memoryUsage().heapUsed - before).to.be.below(1_000_000)
    expect(silent.pulls).to.equal(1)
    await merged.return?.()
  })

  it('answers readers that call ahead in order', async () => {
    const feed = new Feed<number>()
    const merged = mergeStreams(feed)
    const results = Promise.all([merged.next(), merged.next(), merged.next()])
    await feed.push(1)
    await feed.push(2)
    await feed.end()
    expect((await results).map(({ value }) => value)).to.deep.equal([1, 2, undefined])
    expect(await merged.next()).to.deep.equal({ done: true, value: undefined })
  })

  it('ends the other sources when one fails, after the items that came before', async () => {
    const [a, b] = [new Feed<number>(), new Feed<number>()]
    const merged = mergeStreams(a, b)
    const first = merged.next()
    await a.push(1)
    await b.fail(failure)
    expect(await first).to.deep.equal({ done: false, value: 1 })
    const error = await merged.next().catch((thrown: unknown) => thrown)
    expect(error).to.equal(failure)
    expect([a.returns, b.returns]).to.deep.equal([1, 0])
    expect(await merged.next()).to.deep.equal({ done: true, value: undefined })
    // It was asked for nothing once the error was there.
    expect(a.pulls).to.equal(1)
  })

  it('throws the error once the sources that are not at work have closed', async () => {
    let closed = false
    const b = new Feed<number>()
    const a = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: 1 }),
        return: async () => {
          await settled()
          closed = true
          return { done: true as const, value: undefined }
        },
      }),
    }
    const merged = mergeStreams(a, b)
    await merged.next()
    await b.fail(failure)
    expect(await merged.next().catch((thrown: unknown) => thrown)).to.equal(failure)
    expect(closed).to.equal(true)
  })

  it('neither ends nor fails late because a generator is parked for ever', async () => {
    async function* parked(): AsyncGenerator<string> {
      await new Promise(() => {})
    }
    expect(await take(mergeStreams(parked(), repeat('a')), 2)).to.deep.equal(['a', 'a'])
    const failing = new Feed<string>()
    // Handled at once: the failure comes turns before anything here would wait for it.
    const first = mergeStreams(parked(), failing)
      .next()
      .catch((thrown: unknown) => thrown)
    await failing.fail(failure)
    expect(await first).to.equal(failure)
  })

  it('has run the finally of the others when the error is thrown', async () => {
    let finallyRuns = 0
    async function* steady() {
      try {
        yield* repeat('a')
      } finally {
        finallyRuns++
      }
    }
    async function* failing() {
      yield 'b'
      throw failure
    }
    const error = await take(mergeStreams(steady(), failing(), steady())).catch((thrown: unknown) => thrown)
    expect(error).to.equal(failure)
    await settled()
    expect(finallyRuns).to.equal(2)
  })

  it('opens no further source when one cannot be opened, and closes those before it', async () => {
    const opened = new Feed<number>()
    const broken = {
      [Symbol.asyncIterator]: (): never => {
        throw failure
      },
    }
    const untouched = new Feed<number>()
    expect(await take(mergeStreams(opened, broken, untouched)).catch((thrown: unknown) => thrown)).to.equal(
      failure,
    )
    expect([opened.returns, opened.pulls, untouched.pulls]).to.deep.equal([1, 0, 0])
  })

  it('fails where next() throws at once', async () => {
    const broken = {
      [Symbol.asyncIterator]: () => ({
        next: (): never => {
          throw failure
        },
      }),
    }
    expect(await take(mergeStreams(broken)).catch((thrown: unknown) => thrown)).to.equal(failure)
  })

  it('closes every source once when the reader leaves, and does not wait for one that is parked', async () => {
    const parked = new Feed<string>()
    const ended = repeat('e', 0)
    let finallyRuns = 0
    async function* steady() {
      try {
        yield* repeat('a')
      } finally {
        finallyRuns++
      }
    }
    expect(await take(mergeStreams(parked, steady(), ended), 3)).to.deep.equal(['a', 'a', 'a'])
    expect(parked.returns).to.equal(1)
    await settled()
    expect(finallyRuns).to.equal(1)
    // What comes later is for nobody.
    await parked.fail(failure)
  })

  it('stays closed when a parked source wakes with an item', async () => {
    const [parked, other] = [new Feed<number>(), new Feed<number>()]
    const merged = mergeStreams(parked, other)
    const first = merged.next()
    await other.push(1)
    await first
    await merged.return?.()
    await parked.push(2)
    expect(await merged.next()).to.deep.equal({ done: true, value: undefined })
    expect([parked.pulls, parked.returns, other.pulls]).to.deep.equal([1, 1, 1])
  })

  it('gives pending readers the end when it is closed', async () => {
    const feed = new Feed<number>()
    const merged = mergeStreams(feed)
    const pending = merged.next()
    await settled()
    expect(await merged.return?.()).to.deep.equal({ done: true, value: undefined })
    expect(await pending).to.deep.equal({ done: true, value: undefined })
    await merged.return?.()
    expect(feed.returns).to.equal(1)
  })

  it('throws what failed at closing, all of it when there is more', async () => {
    const source = (error: Error) => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: 1 }),
        return: () => Promise.reject(error),
      }),
    })
    const others = [new Error('one'), new Error('two')] as const
    const single = mergeStreams(source(failure))
    await single.next()
    expect(await single.return?.().catch((thrown: unknown) => thrown)).to.equal(failure)
    const several = mergeStreams(source(others[0]), source(others[1]))
    await several.next()
    await settled()
    const error = await several.return?.().catch((thrown: unknown) => thrown)
    expect((error as AggregateError).errors).to.deep.equal(others)
  })
})
