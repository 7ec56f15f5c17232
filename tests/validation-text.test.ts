// The text of path and query → JSON values by declared type; refused JSON → the place where it goes wrong.
import { expect } from 'chai'
import fc from 'fast-check'
import type { TextTable } from '../runtime/src/compiled-route.ts'
import { jsonErrorOffset } from '../runtime/src/validation/json-to-error-offset.ts'
import { textsToValue, textToValue } from '../runtime/src/validation/text-to-value.ts'
import { runs } from './support/runs.ts'

describe('validation: text to value', () => {
  const cases: readonly [table: TextTable, texts: Readonly<Record<string, unknown>>][] = [
    ['string', { '12': '12', '': '', true: 'true' }],
    ['number', { '12': 12, '-1.5e3': -1500, '0': 0, '-0': -0, '1E2': 100 }],
    [
      'number',
      {
        '': '',
        ' 1': ' 1',
        '01': '01',
        '+1': '+1',
        '.5': '.5',
        '1.': '1.',
        '0x1': '0x1',
        Infinity: 'Infinity',
        NaN: 'NaN',
        '1e999': '1e999',
        '1_0': '1_0',
      },
    ],
    ['boolean', { true: true, false: false, '1': '1', TRUE: 'TRUE', '': '' }],
    ['date', { '2026-01-02': '2026-01-02', soon: 'soon' }],
    [['literals', 'a', 1, true], { a: 'a', '1': 1, true: true, '1.0': '1.0', b: 'b' }],
    [['any', 'number', 'boolean', 'string'], { '1': 1, true: true, x: 'x' }],
    [['any', ['literals', 'all'], 'number'], { all: 'all', '5': 5, x: 'x' }],
  ]
  for (const [table, texts] of cases) {
    it(`reads ${JSON.stringify(table)} from ${Object.keys(texts)
      .map(text => `"${text}"`)
      .join(', ')}`, () => {
      for (const [text, value] of Object.entries(texts))
        expect(textToValue(text, table), text).to.equal(value)
    })
  }

  it('reads repeated texts as an array, and a single one as what it can be', () => {
    expect(textsToValue(['1', '2'], ['array', 'number'])).to.deep.equal([1, 2])
    expect(textsToValue(['1'], ['array', 'number'])).to.deep.equal([1])
    expect(textsToValue(['1', 'x'], ['array', 'number'])).to.deep.equal([1, 'x'])
    expect(textsToValue(['1'], ['any', 'number', ['array', 'number']])).to.equal(1)
    expect(textsToValue(['1', '2'], ['any', 'number', ['array', 'number']])).to.deep.equal([1, 2])
    expect(textsToValue(['x'], 'number')).to.equal('x')
  })

  it('reads every finite number that JSON can write', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), number => {
        expect(textToValue(JSON.stringify(number), 'number')).to.equal(JSON.parse(JSON.stringify(number)))
      }),
    )
  })
})

describe('validation: JSON error offset', () => {
  const places: Readonly<Record<string, number>> = {
    '': 0,
    '  ': 2,
    abc: 0,
    '{"a":x}': 5,
    '{"a":1,}': 7,
    '[1,2': 4,
    '[1,]': 3,
    '[1 2]': 3,
    '{"a" 1}': 5,
    '{a:1}': 1,
    '[]]': 2,
    '[}': 1,
    '{]': 1,
    '1 2': 2,
    '[01]': 2,
    '"\t"': 0,
    '"\\x"': 0,
    '{"a":"x}': 5,
    '{"a":1 , "b" : tru}': 15,
  }
  for (const [text, offset] of Object.entries(places)) {
    it(`of ${JSON.stringify(text)} is ${offset}`, () => expect(jsonErrorOffset(text)).to.equal(offset))
  }

  it('is the length of what JSON.parse accepts', () => {
    fc.assert(fc.property(fc.json(), text => jsonErrorOffset(text) === text.length))
  })

  it('is where V8 stops, or the character that it names', () => {
    const soup = fc.array(
      fc.constantFrom('{', '}', '[', ']', ',', ':', ' ', '\n', '"a"', 'true', 'null', '12', 'x'),
    )
    fc.assert(
      fc.property(soup, parts => {
        const text = parts.join('')
        const offset = jsonErrorOffset(text)
        const message = parseError(text)
        const position = message.match(/at position (\d+)/)?.[1]
        const token = message.match(/^Unexpected token '(.)'/s)?.[1]
        if (position !== undefined) expect(offset, message).to.equal(Number(position))
        else if (token !== undefined) expect(text[offset], message).to.equal(token)
        else expect(offset, message).to.equal(text.length)
      }),
      runs(5_000),
    )
  })

  it('takes a long text without running out of stack or time', () => {
    const long = 'x'.repeat(5_000_000)
    expect(jsonErrorOffset(`["${long}" x`)).to.equal(long.length + 4)
    expect(jsonErrorOffset(`["${long}`)).to.equal(1)
  })
})

/** What JSON.parse says of the text; nothing when it is fine. */
function parseError(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
