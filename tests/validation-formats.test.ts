// String formats and template literal types → what they accept: examples of the specifications, and TypeScript's own verdict.
import { expect } from 'chai'
import ts from 'typescript'
import { addStringFormat } from '../runtime/src/index.ts'
import { FORMAT_CHECKS } from '../runtime/src/validation/format-checks.ts'
import { formatProblem, hasFormat } from '../runtime/src/validation/formats.ts'
import { matchesTemplate } from '../runtime/src/validation/templates.ts'

/** Mostly of the JSON Schema test suite: accepted on the left, refused on the right. */
const EXAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  date: [
    '1963-06-19 2024-02-29 2000-02-29',
    '1963-6-19 2023-02-29 1900-02-29 2024-13-01 2024-00-01 2024-04-31',
  ],
  time: [
    '08:30:06Z 08:30:06.283185Z 23:59:60Z 08:30:06+00:20 01:29:60+01:30 15:59:60-08:00 08:30:06z',
    '08:30:06 24:00:00Z 00:60:00Z 00:00:61Z 22:59:60Z 01:02:03+24:00 01:02:03+00:60 8:30:06Z',
  ],
  'date-time': [
    '1963-06-19T08:30:06.283185Z 1963-06-19t08:30:06z 1998-12-31T23:59:60Z 1937-01-01T12:00:27.87+00:20',
    '1990-02-31T15:59:59Z 1963-06-19 1963-06-19_08:30:06Z 2013-350T01:01:01 1998-12-31T23:58:60Z',
  ],
  duration: ['P4DT12H30M5S P4Y PT0S P0D P1M PT1M P2W P1YT1S', 'PT1D 4DT12H P P1YT PT P2D1Y P1Y2W PT1H1S P1'],
  email: [
    'joe.bloggs@example.com te~st@example.com a@b "joe"@example.com joe@[127.0.0.1] joe@[IPv6:::1]',
    '2962 @b a@ .test@example.com te..st@example.com test.@example.com a@b@c joe@[127.0.0.300] joe@-a.b',
  ],
  hostname: ['www.example.com xn--4gbwdl.xn--wgbh1c a.b-c 1host a', '-bad bad- a_b a..b .a a. über.de'],
  ipv4: [
    '192.168.0.1 0.0.0.0 255.255.255.255',
    '256.0.0.1 127.0.0 1.2.3.4.5 01.2.3.4 0x7f.1 1.2.3.4. 1.2.3.٤',
  ],
  ipv6: [
    '::1 :: 1::8 ::abcd:1.2.3.4 1:2:3:4:5:6:7:8 fe80::a 1:2:3:4:5:6:1.2.3.4 d6::',
    '12345:: 1::2::3 :2:3:4:5:6:7:8 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 ::1.2.3 1.2.3.4:: fe80::a%eth1 ::laptop :1',
  ],
  'json-pointer': ['/foo/bar~0/baz~1/%a /foo// /', 'foo /~ /~2 #/a a/b'],
  'relative-json-pointer': ['1 0/foo/bar 2/0/baz/1/zip 0#', '-1 /foo 0## 01/a 01# +1/a ~/a'],
  regex: ['([abc])+\\s+$ a|b', '^(abc] \\a ('],
  uri: [
    'http://foo.bar/?baz=qux#quux http://[2001:db8::7]/c=GB ldap://[::1]/ mailto:a@b.c news:a.b tel:+1-816 urn:oasis:x',
    '//foo.bar /abc \\\\WINDOWS abc http://[::1 http://a.b/{x} :// bar,baz:foo http://a%2 http://x:y:z http://a\\b',
  ],
  'uri-reference': ['http://a.b/?q=1#f //foo.bar/?baz /abc abc #fragment', '\\\\WINDOWS #frag\\ment a%b :a'],
  url: ['https://example.com a:b http://ex%61mple.com', 'example.com /a http://[ http://a:b'],
  uuid: [
    '2EB8AA08-aa98-11ea-b4aa-73b441d16380',
    '2eb8aa08-aa98-11ea-b4aa-73b441d1638 2eb8aa08aa9811eab4aa73b441d16380',
  ],
}

describe('string formats', () => {
  for (const [name, [accepted, refused]] of Object.entries(EXAMPLES)) {
    it(`tell a ${name}`, () => {
      for (const text of accepted.split(' ')) expect(hasFormat(text, name), text).to.equal(true)
      for (const text of refused.split(' ')) expect(hasFormat(text, name), text).to.equal(false)
      for (const text of ['', ...accepted.split(' ').map(text => `${text}\n`)]) {
        const mayBe = /pointer|reference|regex|url/.test(name)
        if (!mayBe) expect(hasFormat(text, name), JSON.stringify(text)).to.equal(false)
      }
    })
  }

  it('are all that have examples here', () => {
    expect(Object.keys(EXAMPLES).sort()).to.deep.equal(Object.keys(FORMAT_CHECKS).sort())
  })

  it('take time in proportion to the length, whatever the text', () => {
    const parts = [
      'a',
      '1',
      '-',
      '.',
      '/',
      '~0',
      ':',
      '%',
      '"\\',
      'P1',
      '1.',
      'a.',
      ':1',
      '//',
      '@',
      'http://a@',
      '[',
    ]
    for (const [name, check] of Object.entries(FORMAT_CHECKS)) {
      // A user's own `regex` may be slow to run, but not to make.
      for (const part of parts) {
        const started = performance.now()
        check(`${part.repeat(50_000)}!`)
        check(`http://a/${part.repeat(50_000)}\\`)
        expect(performance.now() - started, `${name} of many ${part}`).to.be.lessThan(2_000)
      }
    }
  })

  it('can be added, once more too, but not in the place of a built-in one', () => {
    const name = 'tests/even-length'
    expect(formatProblem([name, 'email'])).to.equal(
      'uses the string format "tests/even-length", which nobody has added. Call addStringFormat("tests/even-length", text => …) before the server starts.',
    )
    expect(() => hasFormat('ab', name)).to.throw('addStringFormat')
    addStringFormat(name, () => false)
    addStringFormat(name, text => text.length % 2 === 0)
    expect(formatProblem([name, 'email'])).to.equal(undefined)
    expect([hasFormat('ab', name), hasFormat('a', name)]).to.deep.equal([true, false])
    expect(() => addStringFormat('email', () => true)).to.throw(TypeError, '"email" is built in')
    expect(() => addStringFormat('', () => true)).to.throw(TypeError)
    expect(() => addStringFormat('x', /x/ as never)).to.throw(TypeError)
    expect(formatProblem(['constructor'])).to.include('"constructor"')
  })
})

describe('template literal types', () => {
  const TEMPLATES: readonly [string[], ('string' | 'number' | 'bigint')[]][] = [
    [['id-', ''], ['number']],
    [['', 'px'], ['number']],
    [['', ''], ['bigint']],
    [['a', 'a'], ['string']],
    [
      ['', '-', ''],
      ['string', 'string'],
    ],
    [
      ['', '-', ''],
      ['number', 'number'],
    ],
    [
      ['', '', ''],
      ['string', 'number'],
    ],
    [
      ['', '.', '', '!'],
      ['string', 'string', 'bigint'],
    ],
  ]
  const TEXTS = [
    '',
    'a',
    'aa',
    'aba',
    'id-',
    'id-1',
    'id-1e3',
    'id- 1',
    'id-0x1f',
    'id-Infinity',
    'id-1_0',
    '1px',
    '-1.5px',
  ]
    .concat([
      '1',
      '01',
      '-0',
      '-7',
      '0b11',
      '0o17',
      '0xg',
      '1n',
      '1e3',
      ' 1',
      'x-',
      '-',
      '--',
      '1-2',
      '1--2',
      '-1-2',
      'x1',
    ])
    .concat(['x 1', '.1!', 'a.b1!', 'a.b!', '.-.1!', 'a..1!', '\u{1f600}1', 'px', '+1px', '.5px', '1.px'])

  it('take what TypeScript assigns to them', () => {
    const lines = TEMPLATES.flatMap(([texts, holes]) => {
      const type = texts.map((text, index) => text + (holes[index] ? `\${${holes[index]}}` : '')).join('')
      return TEXTS.map(text => `{ const it: \`${type}\` = ${JSON.stringify(text)} }`)
    })
    const host = ts.createCompilerHost({})
    const { getSourceFile } = host
    host.getSourceFile = (name, options) =>
      name === 'templates.ts'
        ? ts.createSourceFile(name, lines.join('\n'), options)
        : getSourceFile(name, options)
    const program = ts.createProgram(
      ['templates.ts'],
      { strict: true, types: [], target: ts.ScriptTarget.ES2022 },
      host,
    )
    const file = program.getSourceFile('templates.ts')!
    const refused = new Set(
      program
        .getSemanticDiagnostics(file)
        .map(({ start }) => file.getLineAndCharacterOfPosition(start!).line),
    )
    const ours = TEMPLATES.flatMap(([texts, holes]) => TEXTS.map(text => matchesTemplate(text, texts, holes)))
    const differences = lines.filter((_, index) => ours[index] === refused.has(index))
    expect(differences).to.deep.equal([])
    expect(new Set(ours)).to.have.property('size', 2)
  })
})
