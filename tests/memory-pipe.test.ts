// Messages pushed in → proof that a pipe in memory delivers them later, in order, waits while it is paused and tells when it drains.
import { expect } from 'chai'
import { MemoryPipe } from '../runtime/src/adapters/memory-pipe.ts'

describe('a pipe in memory', () => {
  let tasks: (() => void)[]
  let pipe: MemoryPipe
  let seen: number[]
  const turn = () => {
    for (const task of tasks.splice(0)) task()
  }
  const push = (n: number, bytes = 10) => pipe.push(bytes, () => seen.push(n))

  beforeEach(() => {
    tasks = []
    seen = []
    pipe = new MemoryPipe(task => tasks.push(task))
  })

  it('delivers in a later turn, in order, and counts what is on its way', () => {
    for (const n of [1, 2, 3]) push(n)
    expect(seen).to.deep.equal([])
    expect(pipe.bufferedBytes).to.equal(30)
    turn()
    expect(seen).to.deep.equal([1, 2, 3])
    expect(pipe.bufferedBytes).to.equal(0)
  })

  it('holds everything while it is paused, also from within a delivery, and goes on in a later turn', () => {
    pipe.push(1, () => {
      seen.push(1)
      pipe.pause()
    })
    push(2)
    turn()
    push(3)
    turn()
    expect(seen).to.deep.equal([1])
    pipe.resume()
    expect(seen).to.deep.equal([1])
    turn()
    expect(seen).to.deep.equal([1, 2, 3])
  })

  it('tells once when half of what it held is gone, at once where it holds nothing, and when it is closed', () => {
    const told: string[] = []
    pipe.onDrain(() => told.push('empty'))
    turn()
    expect(told).to.deep.equal(['empty'])
    for (const n of [1, 2, 3, 4]) pipe.push(10, () => seen.push(n, pipe.bufferedBytes, told.length))
    pipe.onDrain(() => told.push('half'))
    turn()
    expect(seen).to.deep.equal([1, 30, 1, 2, 20, 1, 3, 10, 2, 4, 0, 2])
    push(5)
    pipe.onDrain(() => told.push('closed'))
    pipe.close()
    expect(told).to.deep.equal(['empty', 'half', 'closed'])
  })

  it('loses what was on its way when it is closed, and takes nothing more', () => {
    push(1)
    pipe.close()
    push(2)
    turn()
    expect(seen).to.deep.equal([])
    expect(pipe.bufferedBytes).to.equal(0)
  })
})
