// Stream records written, cut everywhere and read back; hostile bodies and hostile user data.
import { expect } from 'chai'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { errorToWire, RpcError } from '../runtime/src/errors.ts'
import { RESERVED_ID } from '../runtime/src/tracked.ts'
import type { TextFormat } from '../runtime/src/wire/http-names.ts'
import { createRecordEncoder } from '../runtime/src/wire/stream-records.ts'
import { jsonSeqRecords, type StreamRecord } from './support/decoded-records.ts'
import { runs } from './support/runs.ts'

const RS = '\x1e'
const jsonSeq = recordWriter('jsonSeq')
const ndjson = recordWriter('ndjson')
const eventStream = recordWriter('eventStream')

/** An encoder that is given values instead of their JSON text. */
function recordWriter(format: TextFormat) {
  const encoder = createRecordEncoder(format)
  return {
    ...encoder,
    item: (value: unknown, id?: string) => encoder.item(JSON.stringify(value), id),
    end: (value: unknown) => encoder.end(JSON.stringify(value)),
  }
}

/** What a decoder makes of these pieces, errors as their code. */
function decode(pieces: readonly string[], maxRecordLength?: number): unknown[] {
  const decoder = jsonSeqRecords(maxRecordLength)
  return pieces.flatMap(piece => decoder(piece)).map(show)
}

function show(record: StreamRecord): unknown {
  return record.kind === 'error' ? record.error.code : record
}

function item(value: unknown, id?: string): unknown {
  return { kind: 'item', value, id }
}

/** Decodes `text` whole, in every two pieces, and character by character; all must agree. */
function decodeInEveryCut(text: string, maxRecordLength?: number): unknown[] {
  const whole = decode([text], maxRecordLength)
  for (let at = 0; at <= text.length; at++) {
    expect(decode([text.slice(0, at), text.slice(at)], maxRecordLength), `cut at ${at}`).to.deep.equal(whole)
  }
  expect(decode([...text], maxRecordLength), 'character by character').to.deep.equal(whole)
  return whole
}

function parseEvents(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  createParser({ onEvent: event => events.push(event) }).feed(text)
  return events
}

/** Values that look like what the protocol itself sends. */
const IMITATIONS: readonly unknown[] = [
  { $: 'end' },
  { $: 'end', value: 1 },
  { $: 'error', error: { code: 'NOT_FOUND', message: 'no' } },
  { $: 'item', id: '7', value: 1 },
  { $: 'item', value: { $: 'end' } },
  { $: null },
  { $: undefined },
  { a: { $: 'end' } },
  [{ $: 'end' }],
  '{"$":"end"}',
  `${RS}{"$":"end"}\n`,
  'a\nb\r\nc',
  'event: end\nid: $end\ndata: {}\n\n',
  ':\n\n',
  '',
  '\u2028\u2029\ud800',
  JSON.parse('{"__proto__":{"$":"end"}}'),
  null,
  0,
  -0.5,
  true,
  [],
  {},
]

describe('json-seq records', () => {
  it('are read the same wherever the body is cut', () => {
    const text = [
      jsonSeq.item({ a: 1 }),
      jsonSeq.keepAlive,
      jsonSeq.keepAlive,
      jsonSeq.item('x', '41'),
      jsonSeq.item({ $: 'end' }),
      jsonSeq.item('\n\x1e💥'),
      jsonSeq.end({ total: 2 }),
    ].join('')
    expect(decodeInEveryCut(text)).to.deep.equal([
      item({ a: 1 }),
      item('x', '41'),
      item({ $: 'end' }),
      item('\n\x1e💥'),
      { kind: 'end', value: { total: 2 } },
    ])
  })

  it('are read the same wherever the bytes of the body are cut', () => {
    const bytes = new TextEncoder().encode(jsonSeq.item('é€💥') + jsonSeq.end(undefined))
    for (let at = 0; at <= bytes.length; at++) {
      const utf8 = new TextDecoder('utf-8', { fatal: true })
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)].map(piece =>
        utf8.decode(piece, { stream: true }),
      )
      expect(decode(pieces), `cut at ${at}`).to.deep.equal([item('é€💥'), { kind: 'end', value: undefined }])
    }
  })

  it('carry an error with everything its author gave', () => {
    const error = new RpcError('CONFLICT', { message: 'taken', data: { by: 'Ann' } })
    const [record] = jsonSeqRecords()(jsonSeq.error(errorToWire(error)))
    expect(record).to.have.property('kind', 'error')
    expect(errorToWire((record as { error: RpcError }).error)).to.deep.equal({
      code: 'CONFLICT',
      message: 'taken',
      data: { by: 'Ann' },
    })
  })

  it('may be preceded by any number of RS (RFC 7464, section 2.1)', () => {
    expect(decodeInEveryCut(`${RS}${RS}${RS}1\n${RS}${RS}2\n${RS}`)).to.deep.equal([item(1), item(2)])
  })

  it('are not complete before their LF, though the text is JSON already (section 2.4)', () => {
    expect(decodeInEveryCut(`${RS}12`)).to.deep.equal([])
    expect(decode([`${RS}12`, '3\n'])).to.deep.equal([item(123)])
    expect(decode([`${RS}true`, `${RS}false\n`])).to.deep.equal(['INTERNAL'])
  })

  it('end the stream with an error where one is truncated, instead of losing it (section 2.3)', () => {
    const text = `${RS}{"n":1}\n${RS}{"n":2,"te${RS}{"n":3}\n${RS}{"n":4}\n`
    expect(decodeInEveryCut(text)).to.deep.equal([item({ n: 1 }), 'INTERNAL'])
  })

  const notJson = 'INTERNAL'
  const noRecord = 'INTERNAL'
  const broken: Record<string, string> = {
    'two values in one record': `${RS}1,2\n`,
    'two values side by side': `${RS}1 2\n`,
    'records that are JSON only together': `${RS}[1\n${RS}2]\n`,
    'a record that closes a bracket of ours': `${RS}1],[2\n`,
    'as many values as records, by accident': `${RS}[[1\n${RS}2]]\n${RS}3,4\n`,
    'a string that spans records': `${RS}"a\n${RS}b"\n`,
    'an empty record': `${RS}\n`,
    'a record of blanks': `${RS} \t\n`,
    'a pretty-printed record': `${RS}{\n "a": 1\n}\n`,
    'a raw RS in a string': `${RS}"a${RS}b"\n`,
    'a page of HTML': `${RS}<html>\n`,
  }
  for (const [what, text] of Object.entries(broken)) {
    it(`refuse ${what}`, () => {
      expect(decodeInEveryCut(`${jsonSeq.item(0)}${text}`)).to.deep.equal([item(0), notJson])
    })
  }

  for (const [what, text] of Object.entries({
    'a line without RS': '1\n',
    'an empty line': '\n',
    'text between LF and RS': ` ${RS}1\n`,
    'a byte order mark': `\ufeff${RS}1\n`,
  })) {
    it(`refuse ${what}`, () => {
      expect(decodeInEveryCut(`${jsonSeq.item(0)}${text}`)).to.deep.equal([item(0), noRecord])
      expect(decodeInEveryCut(text)).to.deep.equal([noRecord])
    })
  }

  it('refuse a control record that they do not know', () => {
    for (const mark of ['later', null, 1, {}, '__proto__']) {
      expect(decode([`${RS}${JSON.stringify({ $: mark })}\n`])).to.deep.equal(['INTERNAL'])
    }
  })

  it('are over after an end or an error, whatever follows', () => {
    for (const terminal of [
      jsonSeq.end(1),
      jsonSeq.error({ code: 'NOT_FOUND', message: 'no' }),
      `${RS}{\n`,
    ]) {
      expect(decodeInEveryCut(`${terminal}${jsonSeq.item(1)}garbage\n${jsonSeq.end(2)}`)).to.have.length(1)
    }
  })

  it('are refused beyond the length limit, in one piece or in many', () => {
    const fits = `${RS}"${'x'.repeat(8)}"\n`
    expect(decodeInEveryCut(fits, 10)).to.deep.equal([item('x'.repeat(8))])
    expect(decodeInEveryCut(`${fits}${RS}"${'x'.repeat(9)}"\n${fits}`, 10)).to.deep.equal([
      item('x'.repeat(8)),
      'PAYLOAD_TOO_LARGE',
    ])
  })

  it('are refused beyond the length limit before their end has come, and keep-alives do not count', () => {
    const endless = jsonSeqRecords(10)
    expect(endless(RS.repeat(1000))).to.deep.equal([])
    expect(endless(RS)).to.deep.equal([])
    expect(endless('"12345678').concat(endless('9'))).to.deep.equal([])
    expect(endless('0').map(show)).to.deep.equal(['PAYLOAD_TOO_LARGE'])
  })
})

describe('user data in a stream', () => {
  for (const value of IMITATIONS) {
    it(`stays data: ${JSON.stringify(value)}`, () => {
      const plain = JSON.parse(JSON.stringify(value))
      for (const id of [undefined, '41']) {
        expect(decodeInEveryCut(jsonSeq.item(value, id) + jsonSeq.end(value))).to.deep.equal([
          item(plain, id),
          { kind: 'end', value: plain },
        ])
        const line = ndjson.item(value, id)
        expect(line.indexOf('\n')).to.equal(line.length - 1)
        expect(readLine(line)).to.deep.equal(plain)
        expect(parseEvents(eventStream.item(value, id))).to.deep.equal([
          { id, event: undefined, data: JSON.stringify(value) },
        ])
      }
    })
  }

  it('cannot become a control record through toJSON', () => {
    class Sly {
      toJSON(): unknown {
        return { $: 'end' }
      }
    }
    expect(decode([jsonSeq.item(new Sly())])).to.deep.equal([item({ $: 'end' })])
  })

  it('is wrapped where its text may have a mark, unless that is known not to be so', () => {
    const { item } = createRecordEncoder('ndjson')
    expect(item('{"a":1,"$":2}')).to.equal('{"$":"item","value":{"a":1,"$":2}}\n')
    expect(item('{"a":"$"}')).to.equal('{"a":"$"}\n')
    expect(item('[{"$":1}]')).to.equal('[{"$":1}]\n')
    expect(item('{"a":{"$":1}}', undefined, true)).to.equal('{"a":{"$":1}}\n')
    expect(item('{"a":1}', '7', true)).to.equal('{"$":"item","id":"7","value":{"a":1}}\n')
  })

  it('round-trips through every format, whatever it is', () => {
    const id = fc.option(fc.stringMatching(/^[\x21-\x7e]{1,256}$/), { nil: undefined })
    const marked = fc.record({
      $: fc.oneof(fc.constantFrom('item', 'end', 'error'), fc.jsonValue()),
      value: fc.jsonValue(),
    })
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), marked), id, fc.integer({ min: 1, max: 9 }), (value, id, size) => {
        const plain = JSON.parse(JSON.stringify(value))
        const text = jsonSeq.keepAlive + jsonSeq.item(value, id) + jsonSeq.end(value)
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!
        expect(decode(pieces)).to.deep.equal([item(plain, id), { kind: 'end', value: plain }])
        expect(readLine(ndjson.item(value, id))).to.deep.equal(plain)
        const [event, end] = parseEvents(
          eventStream.keepAlive +
            eventStream.item(value, id) +
            eventStream.keepAlive +
            eventStream.end(value),
        )
        expect({ id: event!.id, value: JSON.parse(event!.data) }).to.deep.equal({ id, value: plain })
        expect({ id: end!.id, event: end!.event }).to.deep.equal({ id: RESERVED_ID, event: 'end' })
        expect(JSON.parse(end!.data)).to.deep.equal({ value: plain })
      }),
    )
  })

  it('is judged record by record as JSON.parse would, whatever a server sends', () => {
    const fragment = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      '"',
      ',',
      ':',
      '1',
      '"a"',
      ' ',
      '\\',
      'null',
      '],[',
      '"$"',
    )
    const line = fc.array(fragment, { maxLength: 6 }).map(fragments => fragments.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), lines => {
        const expected: unknown[] = []
        for (const text of lines) {
          const value = tryParse(text)
          expected.push(value === undefined ? 'INTERNAL' : item(value.json))
          if (value === undefined) break
        }
        expect(decode([lines.map(text => `${RS}${text}\n`).join('')])).to.deep.equal(expected)
      }),
      runs(2000),
    )
  })
})

function tryParse(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A reader of NDJSON that knows no more than PROTOCOL.md, "Records". */
function readLine(line: string): unknown {
  const value = JSON.parse(line)
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$') ? value.value : value
}
