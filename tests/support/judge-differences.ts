// The rows of three tables of docs/types.md as data: how each kind travels, and where we differ from TypeScript, and framings do, on purpose.

export interface Kind {
  /** As people write it. */
  readonly type: string
  readonly declarations?: string
  /** A value, as an expression. */
  readonly value: string
  /** Its JSON. */
  readonly json: string
  readonly note: string
}

/** Every row is compiled, and its value sent and read back, by tests/judge-differences.test.ts. */
export const KINDS: readonly Kind[] = [
  { type: 'string', value: "'a'", json: '"a"', note: '' },
  { type: 'number', value: '0.5', json: '0.5', note: 'finite; `-0` arrives as `0`' },
  { type: 'boolean', value: 'true', json: 'true', note: '' },
  { type: 'null', value: 'null', json: 'null', note: '' },
  { type: "'on' | 1 | true", value: "'on'", json: '"on"', note: 'literals of strings, numbers and booleans' },
  {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the type is one
    type: '`id-${number}`',
    value: "'id-7'",
    json: '"id-7"',
    note: 'numbers in a template follow TypeScript',
  },
  {
    type: 'Color',
    declarations: 'enum Color { Red, Blue = "b" }',
    value: "'b'",
    json: '"b"',
    note: 'an enum travels as its values',
  },
  {
    type: 'string[]',
    value: "['a']",
    json: '["a"]',
    note: 'also `readonly`, `Array<T>`, `ReadonlyArray<T>`; no holes',
  },
  {
    type: '[id: string, n?: number, ...rest: boolean[]]',
    value: "['a', 1, true]",
    json: '["a",1,true]',
    note: '',
  },
  {
    type: '{ a: string; b?: number }',
    value: "{ a: 'x', b: undefined }",
    json: '{"a":"x"}',
    note: 'own, declared properties; `undefined` is absent',
  },
  {
    type: 'Record<string, number>',
    value: '{ a: 1 }',
    json: '{"a":1}',
    note: '`__proto__` is a key like any other',
  },
  {
    type: 'Point',
    declarations: 'declare class Point { x: number; private secret: string; length(): number }',
    value: "{ x: 1, secret: 's' }",
    json: '{"x":1}',
    note: 'public data of a class; methods only in results',
  },
  {
    type: 'object',
    value: '{ a: [1] }',
    json: '{"a":[1]}',
    note: 'an object or an array; JSON only',
  },
  {
    type: 'unknown',
    value: '{ a: [1] }',
    json: '{"a":[1]}',
    note: 'passed on as it is; JSON only. So is `any`, with a warning in arguments',
  },
  {
    type: 'Date',
    value: 'new Date(0)',
    json: '"1970-01-01T00:00:00.000Z"',
    note: 'ISO 8601; clients may send an offset, or a date alone (UTC)',
  },
  { type: 'bigint', value: '10n', json: '"10"', note: 'decimal' },
  { type: '7n', value: '7n', json: '"7"', note: 'a bigint literal' },
  {
    type: 'Uint8Array',
    value: 'new Uint8Array([1, 255])',
    json: '"Af8="',
    note: 'base64 (RFC 4648, section 4), padded; `Buffer` counts as `Uint8Array`',
  },
  { type: 'ArrayBuffer', value: 'new Uint8Array([1]).buffer', json: '"AQ=="', note: '' },
  {
    type: 'Int16Array',
    value: 'new Int16Array([1, -1])',
    json: '"AQD//w=="',
    note: 'every typed array, by its bytes, little-endian',
  },
  {
    type: 'Map<string, number>',
    value: "new Map([['a', 1]])",
    json: '[["a",1]]',
    note: 'pairs in order; `ReadonlyMap` too',
  },
  { type: 'Set<string>', value: "new Set(['a'])", json: '["a"]', note: '`ReadonlySet` too' },
  {
    type: 'URL',
    value: "new URL('https://example.org')",
    json: '"https://example.org/"',
    note: 'its `href`',
  },
  {
    type: 'RegExp',
    value: '/a+/gi',
    json: '"/a+/gi"',
    note: 'the sender decides how long it runs: never match with one from a client unless that is bounded',
  },
  {
    type: 'Error',
    value: "new TypeError('no')",
    json: '{"name":"TypeError","message":"no"}',
    note: 'never its stack; arrives as an `Error` of that name',
  },
]

export interface Difference {
  readonly topic: string
  readonly type: string
  readonly declarations?: string
  readonly value: string
  /** What TypeScript knows of the value. */
  readonly valueType: string
  readonly typescript: 'accepts' | 'refuses'
  readonly here: 'accepts' | 'refuses'
  readonly why: string
  /** Only with this compiler option. */
  readonly option?: 'exactOptionalPropertyTypes'
}

/** Every row is asked of TypeScript and of the generated check, by tests/judge-differences.test.ts. */
export const DIFFERENCES: readonly Difference[] = [
  {
    topic: 'numbers that JSON cannot hold',
    type: 'number',
    value: 'NaN',
    valueType: 'number',
    typescript: 'accepts',
    here: 'refuses',
    why: 'JSON would make it `null`; `Infinity` likewise',
  },
  {
    topic: 'invalid Date',
    type: 'Date',
    value: 'new Date(NaN)',
    valueType: 'Date',
    typescript: 'accepts',
    here: 'refuses',
    why: 'it has no text form',
  },
  {
    topic: 'holes in arrays',
    type: 'string[]',
    value: "['a', , 'b']",
    valueType: 'string[]',
    typescript: 'accepts',
    here: 'refuses',
    why: 'JSON would make them `null`',
  },
  {
    topic: 'missing, or `undefined`',
    type: '{ a: string | undefined }',
    value: '{}',
    valueType: '{}',
    typescript: 'refuses',
    here: 'accepts',
    why: 'JSON cannot say `undefined`, so what is missing is `undefined`',
  },
  {
    topic: 'missing `unknown`',
    type: '{ a: unknown }',
    value: '{}',
    valueType: '{}',
    typescript: 'refuses',
    here: 'accepts',
    why: 'the same',
  },
  {
    topic: '`undefined` in an optional property',
    type: '{ a?: string }',
    value: '{ a: undefined }',
    valueType: '{ a: undefined }',
    typescript: 'refuses',
    here: 'accepts',
    why: 'the same; it is left out when sent',
    option: 'exactOptionalPropertyTypes',
  },
  {
    topic: 'types without a required property',
    type: '{ a?: string }',
    value: '{ b: 1 }',
    valueType: '{ b: number }',
    typescript: 'refuses',
    here: 'accepts',
    why: 'undeclared properties are dropped here as everywhere; `strict: true` refuses them',
  },
  {
    topic: 'instances',
    type: '{ a?: string }',
    value: 'new Date(0)',
    valueType: 'Date',
    typescript: 'refuses',
    here: 'accepts',
    why: 'any object is read by its declared properties',
  },
  {
    topic: 'arrays as objects',
    type: '{ length: number }',
    value: '[]',
    valueType: '[]',
    typescript: 'accepts',
    here: 'refuses',
    why: 'in JSON an array is not an object',
  },
  {
    topic: 'primitives as objects',
    type: '{ length: number }',
    value: "'abc'",
    valueType: "'abc'",
    typescript: 'accepts',
    here: 'refuses',
    why: 'in JSON a string is not an object',
  },
  {
    topic: '`{}`',
    type: '{}',
    value: '1',
    valueType: '1',
    typescript: 'accepts',
    here: 'refuses',
    why: 'it is an object without declared properties; write `unknown` for anything',
  },
  {
    topic: 'functions as objects',
    type: '{ id: string }',
    value: "Object.assign(() => {}, { id: 'a' })",
    valueType: '{ (): void; id: string }',
    typescript: 'accepts',
    here: 'refuses',
    why: 'a function has no JSON',
  },
  {
    topic: 'inherited members',
    type: '{ toString?: string }',
    value: '{}',
    valueType: '{}',
    typescript: 'refuses',
    here: 'accepts',
    why: 'only own properties count',
  },
  {
    topic: 'methods and private members',
    type: 'User',
    declarations: 'declare class User { id: string; #key: string; save(): void }',
    value: "{ id: 'a' }",
    valueType: '{ id: string }',
    typescript: 'refuses',
    here: 'accepts',
    why: 'only public data travels',
  },
  {
    topic: 'brands',
    type: "string & { readonly __brand: 'Id' }",
    value: "'a'",
    valueType: "'a'",
    typescript: 'refuses',
    here: 'accepts',
    why: 'a brand exists for the compiler only',
  },
  {
    topic: 'strings of an enum',
    type: 'Color',
    declarations: 'enum Color { Red = "red" }',
    value: "'red'",
    valueType: "'red'",
    typescript: 'refuses',
    here: 'accepts',
    why: 'an enum travels as its values',
  },
  {
    topic: 'numeric index signatures',
    type: '{ [id: number]: string }',
    value: '{ a: 1 }',
    valueType: '{ a: number }',
    typescript: 'accepts',
    here: 'refuses',
    why: 'JSON keys are strings, so the index applies to all of them',
  },
  {
    topic: 'a number index beside a string index',
    type: '{ [key: string]: string | number; [id: number]: number }',
    value: "{ 1: 'x' }",
    valueType: '{ 1: string }',
    typescript: 'refuses',
    here: 'accepts',
    why: 'the string index applies to all keys',
  },
  {
    topic: 'objects that look like an Error',
    type: 'Error',
    value: "{ name: 'Error', message: 'no' }",
    valueType: '{ name: string; message: string }',
    typescript: 'accepts',
    here: 'refuses',
    why: 'only a constructed `Error` counts; on the wire it looks like this',
  },
  {
    topic: 'a Map as a ReadonlySet',
    type: 'ReadonlySet<string[]>',
    value: 'new Map()',
    valueType: 'Map<never, never>',
    typescript: 'accepts',
    here: 'refuses',
    why: 'it has the members of a set, but is not one',
  },
  {
    topic: 'tags',
    type: 'string & t.MinLength<1>',
    value: "''",
    valueType: "''",
    typescript: 'accepts',
    here: 'refuses',
    why: 'a tag adds what a type cannot say',
  },
]

export interface FramingDifference {
  readonly topic: string
  readonly type: string
  /** What a client sends that believes in this value. */
  readonly value: string
  readonly json: 'accepts' | 'refuses'
  readonly msgpack: 'accepts' | 'refuses'
  readonly why: string
}

/** Every row is asked of the generated code by tests/judge-differences.test.ts. None is of a value of the type that differs. */
export const FRAMING_DIFFERENCES: readonly FramingDifference[] = [
  {
    topic: 'an integer for a bigint',
    type: 'bigint',
    value: '1',
    json: 'refuses',
    msgpack: 'accepts',
    why: 'a MessagePack integer does not say which type it had',
  },
  {
    topic: 'a bigint for a number',
    type: 'number',
    value: '1n',
    json: 'refuses',
    msgpack: 'accepts',
    why: 'the same; in JSON it is decimal text',
  },
  {
    topic: 'a bigint for a string',
    type: 'string',
    value: '1n',
    json: 'accepts',
    msgpack: 'refuses',
    why: 'in JSON it is decimal text',
  },
  {
    topic: 'an object for a Map',
    type: 'Map<string, number>',
    value: '{ a: 1 }',
    json: 'refuses',
    msgpack: 'accepts',
    why: 'both are MessagePack maps',
  },
]

type Row = readonly string[]

/** A row of the documents: cells in the notation of Markdown. */
export function kindRow({ type, declarations, value, json, note }: Kind): Row {
  return [code(declared(type, declarations)), code(value), code(json), note]
}

export function differenceRow(row: Difference): Row {
  const option = row.option ? ` (with \`${row.option}\`)` : ''
  return [
    row.topic,
    code(declared(row.type, row.declarations)),
    code(row.value),
    row.typescript + option,
    row.here,
    row.why,
  ]
}

export function framingRow({ topic, type, value, json, msgpack, why }: FramingDifference): Row {
  return [topic, code(type), code(value), json, msgpack, why]
}

function declared(type: string, declarations?: string): string {
  return declarations ? `${declarations}; ${type}` : type
}

function code(text: string): string {
  const escaped = text.replaceAll('|', '\\|')
  return text.includes('`') ? `\`\` ${escaped} \`\`` : `\`${escaped}\``
}

/** The document with the rows of one table in place of its own. The header stays. */
export function withTable(document: string, name: string, rows: readonly Row[]): string {
  const table = new RegExp(`(<!-- table: ${name} -->\\n\\|.*\\n\\|.*\\n)(?:\\|.*\\n)*`)
  if (!table.test(document)) throw new Error(`no table "${name}" in the document`)
  const lines = rows.map(cells => `| ${cells.join(' | ')} |\n`).join('')
  return document.replace(table, (_, head: string) => head + lines)
}
