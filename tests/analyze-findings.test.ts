// Routes that cannot work in → a finding with its rule, place and message out.
import { expect } from 'chai'
import ts from 'typescript'
import { findingToDiagnostic } from '../transformer/src/diagnostics/finding-to-diagnostic.ts'
import { RULES } from '../transformer/src/model/finding.ts'
import { HOMEPAGE } from '../transformer/src/model/homepage.ts'
import { onlyRoute, programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

interface Found {
  readonly rule: string
  readonly at: string
  readonly message: string
}

function findingsOf(source: string): Found[] {
  const program = programOf(source)
  return program.analysis.findings.map(({ rule, place, message }) => ({
    rule,
    at: program.textAt(place),
    message,
  }))
}

function onlyFinding(source: string): Found {
  const found = findingsOf(source)
  expect(
    found.map(it => it.message),
    source,
  ).to.have.length(1)
  return found[0]!
}

/** The message for one type inside the arguments of a POST route. */
function argsMessage(type: string, declarations = ''): string {
  const param = `args: { x: ${type} }`
  const { at, message } = onlyFinding(`${declarations}\nexport const r = route.post('/r', (${param}) => {})`)
  expect(at).to.equal(param)
  return message
}

describe('types that cannot cross the wire', () => {
  it('names every offending path of the arguments in one finding, at the parameter', () => {
    const param =
      'args: { run: () => void; items: { id: symbol; pair: [string, () => 1] }[]; map: Record<string, Promise<1>> }'
    expect(onlyFinding(`export const r = route.post('/r', (${param}) => {})`)).to.deep.equal({
      rule: 'not-serializable',
      at: param,
      message: [
        'args.run: () => void is a function',
        'args.items[].id: symbol is a symbol',
        'args.items[].pair[1]: () => 1 is a function',
        'args.map[string]: Promise<1> is a promise inside a value: await it',
      ].join('; '),
    })
  })

  it('names a type that is used twice by both paths', () => {
    const message = argsMessage('{ a: Bad; b: Bad[] }', 'interface Bad { f(): void }')
    expect(message).to.equal('args.x.a.f: () => void is a function; args.x.b[].f: () => void is a function')
  })

  it('finds what is wrong in recursive types, from wherever they are entered', () => {
    const found = findingsOf(`interface A { b?: B; f(): void } interface B { a: A }
      export const one = route.post('/1', (args: A) => {})
      export const two = route.post('/2', (args: B) => {})`)
    expect(found.map(it => it.message)).to.deep.equal([
      'args.f: () => void is a function',
      'args.a.f: () => void is a function',
    ])
  })

  it('lists a bounded number of paths', () => {
    const many = Array.from({ length: 60 }, (_, index) => `f${index}(): void`).join('; ')
    const message = argsMessage(`{ ${many} }`)
    expect(message.split('; ')).to.have.length(21)
    expect(message).to.match(/; and more$/)
  })

  const refused: Record<string, string> = {
    '() => void': 'is a function',
    'new () => Date': 'is a constructor',
    Function: 'is a function',
    symbol: 'is a symbol',
    'Promise<string>': 'is a promise inside a value: await it',
    'AsyncIterable<string>': 'is a stream inside a value',
    'Iterable<string>': 'return an array',
    Response: 'belongs to one HTTP exchange',
    String: 'use the primitive',
    never: 'is never, so no value can exist',
    '(string | undefined)[]': 'undefined, which JSON cannot hold there',
    '[string | undefined]': 'undefined, which JSON cannot hold there',
    'Record<string, string | undefined>': 'undefined, which JSON cannot hold there',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal type
    '{ [key: `x-${string}`]: string }': 'keys of type `x-${string}`',
    'Map<string | undefined, 1>': 'args.x.keys()[]: string | undefined may be undefined',
    'Map<string, { f(): void }>': 'args.x.values()[].f: () => void is a function',
    'ReadonlySet<symbol>': 'args.x[]: symbol is a symbol',
    'Set<1 | undefined>': 'undefined, which JSON cannot hold there',
    'WeakMap<{}, string>': 'does not let its contents be listed',
    SharedArrayBuffer: 'send its bytes as a Uint8Array',
    Blob: 'send its bytes as a Uint8Array',
    URLSearchParams: 'use an object',
    Object: 'use unknown or Record<string, unknown>',
    'Uppercase<Lowercase<string>>': 'use string & t.Pattern',
    '`x-${Uppercase<string>}`': 'holds Uppercase<string>',
    'Readonly<Map<string, 1>>': 'makes a plain object of Map: use Map itself',
    'keyof Map<1, 1>': 'args.x: unique symbol is a symbol',
    DOMException: 'ERR, DOMSTRING_SIZE_ERR, HIERARCHY_REQUEST_ERR, WRONG_DOCUMENT_ERR, others: use an object',
    'NodeJS.ErrnoException': 'only name and message cross the wire, and not errno',
    '{ [Symbol.iterator]: 1 }': 'is a synchronous iterator',
  }
  for (const [type, reason] of Object.entries(refused)) {
    it(`refuses ${type}`, () => expect(argsMessage(type)).to.contain(reason))
  }

  it('refuses an enum with a value that JSON cannot write', () => {
    expect(argsMessage('E', 'enum E { A = 1 / 0, B = 1 }')).to.contain('A is Infinity')
  })

  it('refuses the methods of a class in arguments only, because a result loses them knowingly', () => {
    const user = 'class User { id = 1; save() {} }'
    expect(argsMessage('User', user)).to.equal(
      'args.x.save: is a method of a class, which a value from the client does not have',
    )
    expect(findingsOf(`${user}\nexport const r = route.get('/r', () => new User())`)).to.deep.equal([])
  })

  it('refuses classes that extend those of the platform, unless a receiver loses nothing', () => {
    expect(argsMessage('D', 'class D extends Date {}')).to.equal(
      'args.x: D extends Date, and a receiver would get a plain Date: use Date itself',
    )
    expect(argsMessage('M', 'interface N<T> extends Map<string, T> {} class M extends Set<1> {}')).to.contain(
      'M extends Set',
    )
    expect(argsMessage('N<1>', 'interface N<T> extends Map<string, T> {}')).to.contain('extends Map')
    expect(
      argsMessage('E', 'class B extends TypeError { at = 1; f() {} #x = 1 } class E extends B {}'),
    ).to.equal(
      'args.x: E extends TypeError, of which only name and message cross the wire, and not at: use an object',
    )
  })

  it('names members whose keys are symbols, and knows which are no data', () => {
    const brand = 'declare const brand: unique symbol'
    expect(argsMessage('{ id: 1; [brand]: 2 }', brand)).to.equal(
      'args.x[brand]: is a property whose key is a symbol',
    )
    expect(argsMessage('{ [brand]: 2; a: 1 } & { b: 1 }', brand)).to.contain('args.x[brand]')
    const file =
      'class File { id = 1; get [Symbol.toStringTag]() { return "File" } [Symbol.split](): void {} }'
    expect(argsMessage('File', file)).to.contain('args.x[Symbol.split]: is a method of a class')
    expect(findingsOf(`${file}\nexport const r = route.get('/r', () => new File())`)).to.deep.equal([])
  })

  it('finds what is wrong in a branded type that contains itself', () => {
    expect(argsMessage('Fns & { __brand: 1 }', 'type Fns = Map<string, Fns | (() => void)>')).to.equal(
      'args.x.values()[]: () => void is a function',
    )
  })

  it('takes types of the user that have the names of platform types for what they are', () => {
    const source = `interface Map { size: number } interface Date { day: number } class Response { ok = true }
      import { route } from '@alien-rpc/service'
      export const a = route.get('/a', () => new Response())
      export const b = route.post('/b', (args: { map: Map; date: Date }) => {})`
    const program = programOf(source)
    expect(program.analysis.findings).to.deep.equal([])
    expect(program.analysis.routes[0]!.output).to.equal('value')
    expect([...program.analysis.types.values()].map(type => type.model.kind)).to.deep.equal([
      'object',
      'object',
      'object',
    ])
  })

  it('points at the annotation of a result, or at the name of the route', () => {
    const { rule, at, message } = onlyFinding(
      "export const r = route.get('/r', (): { f: () => void } => ({ f() {} }))",
    )
    expect({ rule, at, message }).to.deep.equal({
      rule: 'not-serializable',
      at: '{ f: () => void }',
      message: 'result.f: () => void is a function',
    })
    expect(onlyFinding("export const r = route.get('/r', () => ({ f() {} }))").at).to.equal('r')
    expect(
      onlyFinding("export const r = route.get('/r', async function* () { yield { f() {} } })").message,
    ).to.equal('item.f: () => void is a function')
    expect(
      onlyFinding("export const r = route.get('/r', async function* () { yield 1; return Symbol() })")
        .message,
    ).to.equal('return value: symbol is a symbol')
  })

  it('points at the handler where that is declared elsewhere', () => {
    expect(
      onlyFinding("function f(args: { f(): void }) {}\nexport const r = route.post('/r', f)").at,
    ).to.equal('f')
  })
})

describe('unions that JSON cannot tell apart', () => {
  const ambiguous: Record<string, readonly string[]> = {
    'Date | string': ['Date', 'string'],
    "Date | '2024-01-01'": ['Date', '"2024-01-01"'],
    'Date[] | string[]': ['Date[]', 'string[]'],
    '[Date] | [string]': ['[Date]', '[string]'],
    '{ at: Date } | { at: string }': ['{ at: Date; }', '{ at: string; }'],
    '{ at: Date } | { at: string; more: 1 }': ['{ at: Date; }', '{ at: string; more: 1; }'],
    '{ at: Date } | Record<string, string>': ['{ at: Date; }', 'Record<string, string>'],
    'bigint | string': ['bigint', 'string', 'a bigint is text'],
    "10n | '10'": ['10n', '"10"'],
    'bigint | Date': ['bigint', 'Date'],
    'URL | `a-${string}`': ['URL', 'a-'],
    "URL | 'mailto:x'": ['URL', '"mailto:x"'],
    "RegExp | '/x/'": ['RegExp', '"/x/"'],
    "Uint8Array | 'abcd'": ['Uint8Array', '"abcd"', 'binary data is text'],
    'Uint8Array | ArrayBuffer': ['Uint8Array', 'ArrayBuffer'],
    'Uint8Array | RegExp': ['Uint8Array', 'RegExp'],
    'Map<string, 1> | string[]': ['Map<string, 1>', 'string[]', 'a Map is an array of pairs'],
    'Map<1, 1> | Set<1>': ['Map<1, 1>', 'Set<1>'],
    'Set<string> | [1]': ['Set<string>', '[1]', 'a Set is an array'],
    'Map<1, Date> | Map<1, string>': ['Map<1, Date>', 'Map<1, string>'],
    'Map<Date, 1> | Map<string, 1>': ['Map<Date, 1>', 'Map<string, 1>'],
    'Set<bigint> | Set<string>': ['Set<bigint>', 'Set<string>'],
    'Error | { name: string }': ['Error', '{ name: string; }', 'an Error is an object'],
    'Error | { name: string; message: string; code: 1 }': ['Error', 'code: 1'],
    'Error | Record<string, string>': ['Error', 'Record<string, string>'],
    "(Map<1, 1> & { k: 'a' }) | (Set<1> & { k: 'b' })": ['Map<1, 1>', 'Set<1>'],
    '[null] | [number?]': ['[null]', '[(number | undefined)?]', 'a missing element is null'],
    '[null, ...string[]] | [number?, Date?]': ['[null, ...string[]]', 'Date'],
    'null[] | [number?]': ['null[]', 'number'],
    '[(1 | null)?] | [number?]': ['null', 'number'],
    '{ v: Error } | { v: unknown }': ['{ v: Error; }', '{ v: unknown; }'],
    '{ v: Map<1, 1> } | { v: unknown }': ['{ v: Map<1, 1>; }', '{ v: unknown; }'],
    '[1, ...string[], bigint] | [1, ...string[], string]': ['bigint]', 'string]'],
  }
  for (const [type, members] of Object.entries(ambiguous)) {
    it(`refuses ${type}`, () => {
      const { rule, message } = onlyFinding(`export const r = route.post('/r', (args: { x: ${type} }) => {})`)
      expect(rule).to.equal('ambiguous-union')
      for (const member of members) expect(message).to.contain(member)
    })
  }

  const clear = [
    'Date | number | null',
    "Date | 'never'",
    "{ kind: 'date'; at: Date } | { kind: 'text'; at: string }",
    '{ at: Date } | { at: number }',
    '{ at: Date; error?: undefined } | { at?: undefined; error: string }',
    '[1, Date] | [2, string]',
    'Date[] | string',
    'bigint | number | boolean | null',
    "bigint | 'all' | -3n",
    "URL | 'none'",
    "RegExp | 'a/b'",
    "Uint8Array | 'abc' | 'a_c'",
    'Map<string, 1> | { a: 1 } | string | null',
    'Map<string, 1> | Map<number, 2>',
    'Set<string> | { a: 1 }',
    'Error | { ok: true }',
    'Error | string | string[]',
    '{ id: 1n; at: Date } | { id: 2n; at: string }',
    '{ k: 1; l: 1; at: Date } | { k: 1; l: 2; at: string } | { k: 2; l: 1 }',
    "{ k: 'a'; at: Date } | { k: 'b'; at: string } | null",
    '[1, null] | [2, number?]',
    '[string] | [number?]',
    '[number, string?] | [number, boolean?]',
    '[Date] | [string, ...string[], number]',
    '[1, ...string[], Date] | [2, ...string[], string]',
  ]
  for (const type of clear) {
    it(`accepts ${type}`, () => {
      expect(findingsOf(`export const r = route.post('/r', (args: { x: ${type} }) => {})`)).to.deep.equal([])
    })
  }

  it('knows an Error of the user by its class, whatever name that has', () => {
    const named = "class Named extends Error { override name = 'a' as const }"
    const source = (type: string) =>
      `${named}\nexport const r = route.post('/r', (args: { x: ${type} }) => {})`
    expect(onlyFinding(source("Named | { name: 'b'; message: string }")).rule).to.equal('ambiguous-union')
    expect(findingsOf(source('Named | { ok: 1 }'))).to.deep.equal([])
  })

  it('looks into recursive types', () => {
    const found =
      onlyFinding(`interface A { next: A | null; at: Date } interface B { next: B | null; at: string }
      export const r = route.post('/r', (args: { x: A | B }) => {})`)
    expect(found.message).to.match(/^args\.x: A and B can look the same in JSON/)
  })
})

describe('limits', () => {
  it('stops at a type that grows each time it contains itself', () => {
    const { rule, message } = onlyFinding(`interface Deep<T> { value: T; next: Deep<T[]> | null }
      export const r = route.post('/r', (args: { x: Deep<string> }) => {})`)
    expect(rule).to.equal('type-too-deep')
    expect(message).to.match(/^args\.x(\.next)+: .*it never ends$/)
  })

  it('stops at a type that is nested too deep', () => {
    const type = `${'{ a: '.repeat(60)}string${' }'.repeat(60)}`
    const { rule, message } = onlyFinding(`export const r = route.post('/r', (args: ${type}) => {})`)
    expect(rule).to.equal('type-too-deep')
    expect(message).to.contain('nested more than 50 levels')
  })

  it('stops at a union of too many members and an object of too many properties', () => {
    const members = Array.from({ length: 1001 }, (_, index) => `'m${index}'`).join(' | ')
    expect(onlyFinding(`export const r = route.post('/r', (args: { x: ${members} }) => {})`).rule).to.equal(
      'type-too-deep',
    )
    const properties = Array.from({ length: 1001 }, (_, index) => `p${index}: 1`).join('; ')
    expect(onlyFinding(`export const r = route.post('/r', (args: { ${properties} }) => {})`).rule).to.equal(
      'type-too-deep',
    )
  })
})

describe('arguments', () => {
  const textOf = (method: string, path: string, args: string) => {
    const route = onlyRoute(
      programOf(`enum Level { Low = 1, High = 2 }
      export const r = route.${method}('${path}', (args: ${args}) => {})`),
    )
    return { source: route.args!.source, text: route.args!.text }
  }

  it('come from the query of a GET, each with the way its text is read', () => {
    const type = `{ id: number; s?: string; n: number | undefined; b?: boolean; d?: Date; l?: 'a' | 1; e?: Level;
      u?: string | number | 'x'; many?: readonly number[]; e2?: Level[]; i?: bigint; i2?: bigint | 'all'; i3?: 1n | -2n;
      url?: URL; t?: \`a-\${number}\`; h?: Uppercase<string> }`
    expect(textOf('get', '/r/:id', type)).to.deep.equal({
      source: 'query',
      text: {
        id: 'number',
        s: 'string',
        n: 'number',
        b: 'boolean',
        d: 'date',
        l: ['literals', 'a', 1],
        e: ['literals', 1, 2],
        u: ['any', 'number', 'string'],
        many: ['array', 'number'],
        e2: ['array', ['literals', 1, 2]],
        i: 'bigint',
        i2: ['any', ['literals', 'all'], 'bigint'],
        i3: ['literals', '-2', '1'],
        url: 'url',
        t: 'string',
        h: 'string',
      },
    })
  })

  it('come from the body of a POST, but for path parameters', () => {
    expect(textOf('post', '/r/:id', '{ id: number; rest: { deep: string[] } }')).to.deep.equal({
      source: 'body',
      text: { id: 'number' },
    })
    expect(textOf('put', '/r/*path', '{ path: string }')).to.deep.equal({
      source: 'none',
      text: { path: 'string' },
    })
    expect(textOf('post', '/r', '{}')).to.deep.equal({ source: 'none', text: {} })
    expect(textOf('post', '/r', 'number[]')).to.deep.equal({ source: 'whole', text: {} })
    expect(textOf('post', '/r', 'unknown')).to.deep.equal({ source: 'whole', text: {} })
    expect(textOf('post', '/r', 'string | { a: 1 }')).to.deep.equal({ source: 'whole', text: {} })
    expect(textOf('patch', '/r/:id', '{ id: string; a: 1 } | { id: number; b: 2 }')).to.deep.equal({
      source: 'body',
      text: { id: ['any', 'number', 'string'] },
    })
  })

  it('are absent where the handler takes none, and typed by the path where they have no type', () => {
    const route = (handler: string, path = '/r/:id') =>
      onlyRoute(programOf(`export const r = route.get('${path}', ${handler})`))
    expect(route('() => 1', '/r')).not.to.have.property('args')
    expect(route('args => args.id').args!.text).to.deep.equal({ id: 'string' })
    expect(route('({ id }, { method }) => id + method').args!.text).to.deep.equal({ id: 'string' })
  })

  it('may be optional as a whole', () => {
    expect(textOf('get', '/r', '{ page?: number } | undefined')).to.deep.equal({
      source: 'query',
      text: { page: 'number' },
    })
    expect(textOf('post', '/r', '{ a: 1 } | { b: 1 } | undefined')).to.deep.equal({
      source: 'body',
      text: {},
    })
    const withDefault = "export const r = route.get('/r', ({ page = 1 }: { page?: number } = {}) => page)"
    expect(onlyRoute(programOf(withDefault)).args!.text).to.deep.equal({ page: 'number' })
  })

  it('must have a type that text can hold in path and query', () => {
    const at = (path: string, type: string) => {
      const { rule, at, message } = onlyFinding(
        `export const r = route.get('${path}', (args: { x${type} }) => {})`,
      )
      expect([rule, at]).to.deep.equal(['text-argument', `args: { x${type} }`])
      return message
    }
    expect(at('/r', ': { a: 1 }')).to.contain('args.x is an object. It comes from the query as text.')
    expect(at('/r', ': string | null')).to.contain('args.x may be null')
    expect(at('/r', ': unknown')).to.contain('args.x is unknown')
    expect(at('/r', ': string | string[]')).to.contain('declare it as an array only')
    expect(at('/r', ': Map<string, string>')).to.contain('args.x is a Map; declare it as an array')
    expect(at('/r', ': ReadonlySet<string>')).to.contain('args.x is a Set; declare it as an array')
    expect(at('/r', ': Uint8Array')).to.contain('args.x is binary data, which only a body can hold')
    expect(at('/r', ': RegExp')).to.contain('args.x is a RegExp, which only a body can hold')
    expect(at('/r', ': Error[]')).to.contain('args.x has items of which each is an Error')
    expect(at('/r', ': number | bigint')).to.contain(
      'args.x is a number or a bigint, which text cannot tell apart',
    )
    expect(at('/r', ': 1 | 2n')).to.contain('which text cannot tell apart')
    expect(at('/r', ': string[][]')).to.contain('args.x has items of which each is an array')
    expect(at('/r/:x', ': string[]')).to.contain('args.x is an array, but a path parameter is one value')
    expect(at('/r/:x', '?: string')).to.contain('args.x is optional, but a path parameter is always there')
    expect(at('/r/:x', ': string | undefined')).to.contain('args.x may be undefined')
  })

  it('cannot be open-ended in a query', () => {
    const found = onlyFinding("export const r = route.get('/r', (args: Record<string, string>) => {})")
    expect(found.rule).to.equal('text-argument')
  })

  it('must declare each path parameter; the finding marks it in the path', () => {
    const found = onlyFinding(
      "export const r = route.get('/a/:id/b/:other', (args: { other: string }) => {})",
    )
    expect(found).to.deep.equal({
      rule: 'path-parameter-missing',
      at: ':id',
      message: `The path has a parameter "id", but the handler's arguments do not declare it.`,
    })
  })

  it('must be an object where they have names', () => {
    for (const [method, path, type] of [
      ['get', '/r', 'number[]'],
      ['delete', '/r', '{ a: 1 } | { b: 1 }'],
      ['get', '/r', 'unknown'],
      ['post', '/r/:id', 'number[]'],
      ['post', '/r/:id', 'unknown'],
    ]) {
      const found = onlyFinding(`export const r = route.${method}('${path}', (args: ${type}) => {})`)
      expect([found.rule, found.at]).to.deep.equal(['args-not-object', `args: ${type}`])
    }
  })

  it('that are any give a warning with every path, and the route stays', () => {
    const program = programOf("export const r = route.post('/r', (args: { a: any; b: { c: any }[] }) => 1)")
    expect(program.analysis.routes).to.have.length(1)
    expect(program.analysis.findings.map(it => [it.rule, it.message])).to.deep.equal([
      [
        'any-in-args',
        'args.a: any is not checked; write the type, or unknown; args.b[].c: any is not checked; write the type, or unknown',
      ],
    ])
  })
})

describe('handlers', () => {
  it('must be one function with one meaning', () => {
    const handlers = {
      '<T>(args: T) => args': 'is generic',
      overloaded: 'is overloaded',
      'anything as any': 'is not a function',
      '(...all: unknown[]) => 1': 'has a rest parameter',
    }
    for (const [handler, reason] of Object.entries(handlers)) {
      const found = onlyFinding(`declare function overloaded(a: { x: 1 }): 1
        declare function overloaded(a: { y: 1 }): 2
        declare const anything: unknown
        export const r = route.post('/r', ${handler})`)
      expect([found.rule, found.at]).to.deep.equal(['handler-not-callable', handler])
      expect(found.message).to.contain(reason)
    }
  })

  it('may be declared elsewhere', () => {
    const program = programOf(`async function find(args: { id: string }) { return { id: args.id } }
      export const r = route.get('/r/:id', find)`)
    expect(onlyRoute(program).args!.text).to.deep.equal({ id: 'string' })
  })
})

describe('findings as diagnostics', () => {
  it('carry code, category, source, place, related places and a link', () => {
    const program = programOf(`export const a = route.get('/x', () => 1)
      export const b = route.get('/x', () => 1)`)
    const finding = program.analysis.findings[0]!
    const diagnostic = findingToDiagnostic(ts, finding, file => program.program.getSourceFile(file))
    expect(diagnostic).to.include({
      code: RULES['duplicate-route'].code,
      source: 'alien-rpc',
    })
    expect(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')).to.equal(
      `${finding.message}\n  ${HOMEPAGE}/blob/main/docs/diagnostics.md#ts72004`,
    )
    expect(diagnostic.category).to.equal(ts.DiagnosticCategory.Error)
    expect(diagnostic.file!.text.slice(diagnostic.start, diagnostic.start! + diagnostic.length!)).to.equal(
      'a',
    )
    expect(diagnostic.relatedInformation![0]!.file).to.equal(diagnostic.file)
    expect(
      ts.formatDiagnostics([diagnostic], {
        getCurrentDirectory: () => '',
        getNewLine: () => '\n',
        getCanonicalFileName: it => it,
      }),
    ).to.match(/routes\.ts\(2,14\): error TS72004: GET \/x is declared by "b" too/)
  })

  it('keep their message where the file is not part of the program', () => {
    const place = { file: '/elsewhere/tsconfig.json', start: 3, length: 2 }
    const finding = { rule: 'plugin-option' as const, message: 'no', place, related: [] }
    const diagnostic = findingToDiagnostic(ts, finding, () => undefined)
    expect(diagnostic.file).to.equal(undefined)
    expect(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')).to.match(/^no\n/)
  })
})
