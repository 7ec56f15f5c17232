// Items of one turn in → the records that they share in json-seq out, and only for a client that has asked for it.
import { expect } from 'chai'
import fc from 'fast-check'
import { acceptToStreamForm } from '../runtime/src/server/accept-to-format.ts'
import type { RecordForm } from '../runtime/src/server/value-to-record.ts'
import { createRecordWriter } from '../runtime/src/server/value-to-record.ts'
import { tracked } from '../runtime/src/tracked.ts'
import { MAX_ITEMS_LENGTH } from '../runtime/src/wire/limits.ts'
import { jsonSeqRecords, type StreamRecord } from './support/decoded-records.ts'
import { ANYTHING, Feed, scriptPump, settled, streamRoute } from './support/stream-script.ts'

const RS = '\x1e'
const END = `${RS}{"$":"end"}\n`
const TOGETHER: RecordForm = { format: 'jsonSeq', isTogether: true }

async function* each(...items: unknown[]): AsyncGenerator<unknown> {
  yield* items
}

/** What leaves when all items are ready at once. */
async function written(items: readonly unknown[], form: RecordForm = TOGETHER): Promise<string[]> {
  const { sink, loop, isOver } = scriptPump(each(...items), { form })
  await settled()
  while (!isOver()) await loop.turn()
  return sink.writes
}

describe('items of a stream that share a record', () => {
  it('are those of one turn, in one write with the end', async () => {
    expect(await written([1, 'a', null])).to.deep.equal([`${RS}{"$":"items","values":[1,"a",null]}\n${END}`])
  })

  it('leave with their turn, and one that is alone leaves as ever', async () => {
    const feed = new Feed<unknown>()
    const { sink, loop } = scriptPump(feed, { form: TOGETHER })
    await settled()
    await feed.push(1)
    await loop.turn()
    await feed.push(2)
    await feed.push(3)
    await loop.turn()
    await feed.push({ $: 4 })
    await loop.turn()
    await feed.push(tracked('5', 5))
    await loop.turn()
    expect(sink.writes).to.deep.equal([
      `${RS}1\n`,
      `${RS}{"$":"items","values":[2,3]}\n`,
      `${RS}{"$":"item","value":{"$":4}}\n`,
      `${RS}{"$":"item","id":"5","value":5}\n`,
    ])
  })

  it('have their ids beside them, and never share one with items that have none', async () => {
    const ids = [tracked('a"\\', 1), tracked('b', { $: 'end' })]
    expect(await written([0, ...ids, 3, 4])).to.deep.equal([
      `${RS}0\n${RS}{"$":"items","values":[1,{"$":"end"}],"ids":["a\\"\\\\","b"]}\n${RS}{"$":"items","values":[3,4]}\n${END}`,
    ])
  })

  it('leave before the error of the item after them', async () => {
    const result = { ...ANYTHING, check: (value: unknown) => value !== 3 }
    const { sink, errors } = scriptPump(each(1, 2, 3), { form: TOGETHER, compiled: streamRoute({ result }) })
    await settled()
    expect(sink.writes).to.deep.equal([
      `${RS}{"$":"items","values":[1,2]}\n${RS}{"$":"error","error":{"code":"INTERNAL","message":"internal error"}}\n`,
    ])
    expect(errors).to.have.length(1)
  })

  it('are no more than fit: what is long goes alone', async () => {
    const records = (await written(['x'.repeat(MAX_ITEMS_LENGTH), 1, 2, 'y'.repeat(9_000), 3]))
      .join('')
      .split('\n')
    expect(records.map(record => record.slice(0, 12))).to.deep.equal([
      `${RS}"xxxxxxxxxx`,
      `${RS}{"$":"items`,
      `${RS}"yyyyyyyyyy`,
      `${RS}3`,
      END.slice(0, -1),
      '',
    ])
  })

  it('are read as they were given, whatever they are, in records that are no longer than allowed', () => {
    const id = fc.option(fc.stringMatching(/^[\x21-\x7e]{1,256}$/), { nil: undefined })
    const text = fc.integer({ min: 0, max: 3_000 }).map(length => 'é'.repeat(length))
    const mark = fc.record({ $: fc.constantFrom('item', 'items', 'end', 'error'), values: fc.jsonValue() })
    const item = fc.record({ id, value: fc.oneof(fc.jsonValue(), text, mark, fc.integer()) })
    fc.assert(
      fc.property(fc.array(fc.oneof(item, fc.constant('take' as const)), { maxLength: 60 }), steps => {
        const writer = createRecordWriter(streamRoute(), TOGETHER, 20)
        const chunks: string[] = []
        for (const step of steps) {
          if (step === 'take') chunks.push(writer.take() as string)
          else writer.item(step.id === undefined ? step.value : tracked(step.id, step.value))
        }
        writer.end(undefined)
        chunks.push(writer.take() as string)
        expect(writer.length).to.equal(0)
        for (const record of chunks.join('').split('\n')) {
          if (record.startsWith(`${RS}{"$":"items"`)) expect(record.length).to.be.below(MAX_ITEMS_LENGTH)
        }
        const items = steps
          .filter(step => step !== 'take')
          .map(({ id, value }) => ({ kind: 'item', id, value: JSON.parse(JSON.stringify(value)) }))
        expect(jsonSeqRecords()(chunks.join(''))).to.deep.equal([...items, { kind: 'end', value: undefined }])
      }),
    )
  })

  it('are asked for by a parameter of json-seq, and of nothing else', () => {
    const cases: Record<string, boolean> = {
      'application/json-seq;items=together': true,
      'application/json-seq; Items=Together ;q=0.1, text/plain': true,
      'application/vnd.msgpack;q=0.5,application/json-seq;items=together': true,
      'application/json-seq': false,
      'application/json-seq;items=apart': false,
      'application/json-seq, application/x-ndjson;items=together;q=0.1': false,
    }
    for (const [accept, isTogether] of Object.entries(cases))
      expect(acceptToStreamForm(accept), accept).to.include({ format: 'jsonSeq', isTogether })
  })

  for (const form of [
    { format: 'jsonSeq' },
    { format: 'jsonSeq', isTogether: false },
    { format: 'ndjson', isTogether: true },
    { format: 'eventStream', isTogether: true },
  ] as const) {
    it(`are none in ${JSON.stringify(form)}`, async () => {
      const [text] = await written([1, 2], form)
      expect(text).to.not.include('items')
      expect(text).to.match(/1\n/).and.to.match(/2\n/)
    })
  }
})

describe('a record of items', () => {
  const item = (value: unknown, id?: string) => ({ kind: 'item', value, id })
  const show = (record: StreamRecord) => (record.kind === 'error' ? record.error.code : record)
  const read = (text: string) => {
    const whole = jsonSeqRecords()(text).map(show)
    for (let at = 0; at <= text.length; at++) {
      const decode = jsonSeqRecords()
      const pieces = [text.slice(0, at), text.slice(at)]
      expect(pieces.flatMap(decode).map(show), `cut at ${at}`).to.deep.equal(whole)
    }
    return whole
  }

  it('is read item by item, wherever it is cut', () => {
    const text = `${RS}0\n${RS}${RS}{"$":"items","values":[1,{"$":"end"},[2]]}\n${RS}{"$":"items","values":["x","y"],"ids":["7","8"]}\n${RS}{"$":"items","values":[]}\n${END}`
    expect(read(text)).to.deep.equal([
      item(0),
      item(1),
      item({ $: 'end' }),
      item([2]),
      item('x', '7'),
      item('y', '8'),
      { kind: 'end', value: undefined },
    ])
  })

  for (const [what, values] of Object.entries({
    'that is absent': '',
    'that is null': ',"values":null',
    'that is text': ',"values":"ab"',
    'that is a number': ',"values":3',
    'that is an object': ',"values":{"length":1,"0":1,"forEach":1}',
  })) {
    it(`is INTERNAL with an array ${what}`, () => {
      expect(read(`${RS}0\n${RS}{"$":"items"${values}}\n${RS}1\n`)).to.deep.equal([item(0), 'INTERNAL'])
    })
  }
})
