// Text in UTF-8, cut anywhere → the same text; what is none → a TypeError.
import { expect } from 'chai'
import fc from 'fast-check'
import { createChunkDecoder } from '../runtime/src/client/chunks-to-text.ts'

/** Cut after every so many bytes, again and again. */
function cutEvery(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + lengths[turn % lengths.length]!
    chunks.push(bytes.slice(start, end))
    start = end
  }
  return chunks
}

function read(chunks: readonly Uint8Array[]): string {
  const decode = createChunkDecoder()
  return chunks.map(chunk => decode(chunk)).join('')
}

describe('the text of a body', () => {
  it('is the same wherever its characters are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (text, lengths) => {
          const line = `${text}\n`
          expect(read(cutEvery(new TextEncoder().encode(line), lengths))).to.equal(line)
        },
      ),
    )
  })

  it('is cut at each byte of characters of one to four', () => {
    const text = 'a\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}\n'
    expect(read(cutEvery(new TextEncoder().encode(text), [1]))).to.equal(text)
  })

  it('keeps a mark of byte order, which is a character where it stands inside', () => {
    const bytes = new TextEncoder().encode('"a\ufeffb"')
    expect(read([bytes.slice(0, 2), bytes.slice(2)])).to.equal('"a\ufeffb"')
  })

  it('comes as soon as it is there: only a character that is cut waits', () => {
    const bytes = new TextEncoder().encode('a€b\n')
    const decode = createChunkDecoder()
    expect(decode(bytes.slice(0, 4))).to.equal('a€')
    expect(decode(bytes.slice(4))).to.equal('b\n')
    expect(decode(bytes.slice(0, 3))).to.equal('a')
    expect(decode(bytes.slice(3))).to.equal('€b\n')
  })

  it('leaves the chunk as it is, and does not keep it', () => {
    const decode = createChunkDecoder()
    const bytes = new TextEncoder().encode('a€\n')
    const chunk = bytes.slice(0, 3)
    expect(decode(chunk)).to.equal('a')
    chunk.fill(0)
    expect(decode(bytes.slice(3))).to.equal('€\n')
  })

  for (const [what, bytes] of [
    ['a byte that begins nothing', [0x80]],
    ['bytes that follow nothing', [0x61, 0x80, 0x80, 0x80, 0x80]],
    ['a character that another cuts', [0xe2, 0x61]],
    ['a long form of a short character', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ] as const) {
    it(`is not ${what}, wherever it is cut`, () => {
      for (const length of [1, 2, 5]) {
        expect(() => read(cutEvery(Uint8Array.of(...bytes, 0x0a), [length]))).to.throw(TypeError)
      }
    })
  }
})
