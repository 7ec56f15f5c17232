// The shape of what the compiler splices into a route call: plain data and pure functions. PROTOCOL.md does not see it.

/** Raised when generated code and runtime no longer fit. A route compiled for another number fails at start-up. */
export const CONTRACT_VERSION = 1

/** What `read` gives for a value that it refuses. Registered, so that copies of this module mean the same by it. */
export const MISMATCH: unique symbol = Symbol.for('alien-rpc.mismatch')

/**
 * What a type accepts, as a table that one shared reporter walks after a check has failed:
 * a name ('string', 'date', …), or a tuple that starts with its kind.
 */
export type TypeTable =
  | 'string'
  | 'number'
  | 'boolean'
  | 'null'
  | 'undefined'
  | 'unknown'
  | 'never'
  | 'bigint'
  | 'date'
  | 'url'
  | 'regexp'
  | 'error'
  | readonly ['string', StringLimits]
  | readonly ['number', NumberLimits<number>]
  /** Limits as decimal text. */
  | readonly ['bigint', NumberLimits<string>]
  | readonly ['literal', string | number | boolean]
  /** Decimal text without the `n`. */
  | readonly ['bigintLiteral', string]
  /** The texts around the holes, what each hole takes, and the type as TypeScript writes it. */
  | readonly ['template', readonly string[], readonly TemplateHole[], string]
  /** The name of the class: `Uint8Array`, `ArrayBuffer`, … */
  | readonly ['bytes', BytesName]
  /** With a function that finds wrong items, where there is one for JSON and native values alike: what is right is not walked. */
  | readonly ['array', TypeTable, (ArrayLimits | undefined)?, FindItem?]
  | readonly ['set', TypeTable, ArrayLimits?]
  | readonly ['map', TypeTable, TypeTable]
  /** Elements in order, how many of them are required, the type of further ones, and the elements after those. */
  | readonly ['tuple', readonly TypeTable[], number, TypeTable?, (readonly TypeTable[])?]
  /**
   * Properties by name, and the type of all others. A key's last character may be a mark that is no part of the name:
   * `?` of an optional property, `!` of a required one whose own name ends in `?` or `!`. `never` as the type of all
   * others: there are none. With a function that finds properties that may be wrong, where there is one.
   */
  | readonly ['object', { readonly [name: string]: TypeTable }, (TypeTable | undefined)?, FindFaults?]
  | readonly ['union', readonly TypeTable[]]
  /** A named type, and its table made when asked for, so that types may recur. */
  | readonly ['ref', string, () => TypeTable]

/** The index of the first wrong item from `start` on; -1 if there is none. */
export type FindItem = (list: readonly unknown[], start: number) => number

/** A property that may be wrong, and those after it: linked, because most objects have one. */
export interface Fault {
  /** Which property, in declared order. */
  readonly at: number
  readonly value: unknown
  readonly next: Fault | undefined
}

/** All properties that it leaves out are right, in JSON and natively. */
export type FindFaults = (object: never) => Fault | undefined

/** Lengths in code points; `pattern` is the source of a regular expression with the flag `u`. */
export interface StringLimits {
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
}

export interface NumberLimits<Value extends number | string> {
  readonly minimum?: Value
  readonly maximum?: Value
  readonly exclusiveMinimum?: Value
  readonly exclusiveMaximum?: Value
  readonly multipleOf?: Value
}

export interface ArrayLimits {
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: true
}

export type TemplateHole = 'string' | 'number' | 'bigint'

/** Global classes whose bytes travel as base64. */
export type BytesName =
  | 'ArrayBuffer'
  | 'Uint8Array'
  | 'Uint8ClampedArray'
  | 'Int8Array'
  | 'Uint16Array'
  | 'Int16Array'
  | 'Uint32Array'
  | 'Int32Array'
  | 'Float32Array'
  | 'Float64Array'
  | 'BigUint64Array'
  | 'BigInt64Array'

/** How the text of a path or query parameter becomes a value: what its declared type can hold. */
export type TextTable =
  | 'string'
  | 'number'
  | 'boolean'
  | 'bigint'
  | 'date'
  | 'url'
  /** The exact values of a literal union. */
  | readonly ['literals', ...(string | number | boolean)[]]
  /** Tried in order; text is always acceptable to a later 'string'. */
  | readonly ['any', ...TextTable[]]
  /** A repeated query parameter. */
  | readonly ['array', TextTable]

export interface CompiledArgs {
  /** Where arguments that are no path parameter come from. 'whole': the body itself is the argument. */
  readonly source: 'query' | 'body' | 'whole' | 'none'
  /** Every argument that can arrive as text, by name: path parameters and, for 'query', the query. */
  readonly text: { readonly [name: string]: TextTable }
  /** Properties that the types do not declare are refused, query parameters among them. */
  readonly strict?: true
  /**
   * A fresh value of declared keys, from a JSON value that the declared type accepts; MISMATCH for any other one, before
   * anything is allocated. One function, so that what the check has read is not read again.
   */
  read(value: unknown): unknown
  table(): TypeTable
  /** Set by the runtime once a value was refused: what it has made of the table. */
  plan?: unknown
  /** Set by the runtime once a value came as MessagePack: how it is made JSON. */
  packed?: unknown
}

/** What it takes to validate any value that a client sent. */
export type CompiledInput = Pick<CompiledArgs, 'read' | 'table' | 'plan' | 'packed'>

export interface CompiledOutput {
  /** True of a handler's value that matches the declared type (a Date is a Date here). */
  check(value: unknown): boolean
  /**
   * The JSON text of what is declared of a value that `check` accepted and that is not `undefined`. `undefined`, or a
   * TypeError: the value holds, where the type says `unknown`, what has no JSON text.
   */
  stringify(value: never): string | undefined
  /** No value's text is an object with a member `$`. Where it is absent, a stream looks at each text. */
  readonly isUnmarked?: true
  table(): TypeTable
  /** Of a socket with rows: as in CompiledRows. */
  write?(value: never, writer: PackedWriter): void
  /** As in CompiledArgs. */
  plan?: unknown
  /** Set by the runtime once a value was sent as MessagePack: how it is cut to declared keys. */
  packed?: unknown
}

/** How answers are written without names, for a client that was compiled from the same types. PROTOCOL.md, "Rows". */
export interface CompiledRows {
  /** Of all that decides how rows look. */
  readonly schema: string
  /**
   * Writes a result, or an item, that its `check` accepted: declared members, in the order of their names. Throws for what has no form
   * in MessagePack.
   */
  write(value: never, writer: PackedWriter): void
  /** The same for a stream's return value, where it has one. */
  writeReturn?(value: never, writer: PackedWriter): void
}

/** Where compiled code writes MessagePack: each call writes one value, or the head of a list whose elements are to follow. */
export interface PackedWriter {
  nil(): void
  boolean(value: boolean): void
  number(value: number): void
  bigint(value: bigint): void
  text(value: string): void
  bytes(value: Uint8Array): void
  date(value: Date): void
  /** Any of these; `undefined` as `null`. */
  leaf(value: unknown): void
  list(length: number): void
}

export interface CompiledRoute {
  readonly contract: number
  /** The exported name, which is the client's method. */
  readonly name: string
  /** 'value': one result. 'stream': an async iterable. 'response': a web Response, passed through. */
  readonly output: 'value' | 'stream' | 'response'
  /** Absent when the handler takes no arguments. */
  readonly args?: CompiledArgs
  /** The result, or a stream's item. Absent when nothing is sent (`void`, or a Response). */
  readonly result?: CompiledOutput
  /** A stream's return value, where it has one. */
  readonly returns?: CompiledOutput
  /** Absent where the types were compiled without the option `msgpack`, or have no rows. */
  readonly rows?: CompiledRows
  /** The names of all string formats that the types use: checked at start-up. */
  readonly formats?: readonly string[]
}

/** What a call over a socket is answered with. Nothing in it: nothing is sent. */
export interface CompiledAnswer {
  /** The response, or an item of the subscription. */
  readonly result?: CompiledOutput
  /** A subscription's return value, where it has one. */
  readonly returns?: CompiledOutput
}

/** `onRequest` or `onSubscribe`. The answer of its own is that of variants which are not listed. */
export interface CompiledCall extends CompiledAnswer {
  readonly input: CompiledInput
  /** Where what is answered depends on the variant of the request: its discriminant, and the answer by the discriminant's text. */
  readonly variants?: { readonly key: string; readonly answers: { readonly [value: string]: CompiledAnswer } }
}

/** A compiled `route.ws`. A handler that the definition does not have is absent. */
export interface CompiledSocket {
  readonly contract: number
  /** The exported name, which is the client's method. */
  readonly name: string
  readonly output: 'socket'
  readonly message?: CompiledInput
  readonly request?: CompiledCall
  readonly subscribe?: CompiledCall
  /** The schema of the rows of all its answers, which then have `write`. As in CompiledRows. */
  readonly rows?: string
  /** The names of all string formats that the types use: checked at start-up. */
  readonly formats?: readonly string[]
}
