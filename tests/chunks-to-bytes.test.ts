// Bodies cut in all ways in → the same bytes, held once however small the pieces are.
import { expect } from 'chai'
import fc from 'fast-check'
import { ChunksToBytes } from '../runtime/src/adapters/chunks-to-bytes.ts'

describe('chunks of a body', () => {
  it('are its bytes, however it was cut', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 40 })
    fc.assert(
      fc.property(pieces, chunks => {
        const body = new ChunksToBytes()
        for (const chunk of chunks) body.add(chunk)
        expect(Buffer.from(body.bytes).equals(Buffer.concat(chunks))).to.equal(true)
        expect(body.length).to.equal(body.bytes.byteLength)
      }),
    )
  })

  it('do not change those they came in, which may be parts of something else', () => {
    const first = new Uint8Array([1, 2, 3, 4]).subarray(0, 2)
    const body = new ChunksToBytes()
    body.add(first)
    body.add(new Uint8Array([9]))
    expect([...new Uint8Array(first.buffer)]).to.deep.equal([1, 2, 3, 4])
    expect([...body.bytes]).to.deep.equal([1, 2, 9])
  })

  it('are not copied where there is one', () => {
    const only = new Uint8Array([1, 2])
    const body = new ChunksToBytes()
    body.add(only)
    expect(body.bytes.buffer).to.equal(only.buffer)
  })

  it('take no more room than twice what has come, and no object of their own', () => {
    const body = new ChunksToBytes()
    // All in one buffer: a list of the chunks would hold it.
    const message = new Uint8Array(100_000).fill(120)
    for (let at = 0; at < message.length; at++) {
      body.add(message.subarray(at, at + 1))
      if (at > 512) expect(body.bytes.buffer.byteLength).to.be.at.most(2 * body.length)
    }
    expect(body.bytes.buffer).to.not.equal(message.buffer)
    expect(body.bytes).to.deep.equal(message)
  })
})
