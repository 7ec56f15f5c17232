// What unusual types, foreign senders and hostile bytes do to MessagePack, each found by looking for it.
import { encode } from '@msgpack/msgpack'
import { expect } from 'chai'
import { argumentsToRequest, asBody, inBody } from '../runtime/src/client/arguments-to-request.ts'
import type { RouteDetails } from '../runtime/src/client/client-route.ts'
import * as packing from '../runtime/src/client/packing.ts'
import type { CompiledArgs, CompiledRoute } from '../runtime/src/compiled-route.ts'
import { writeNative } from '../runtime/src/validation/native-to-msgpack.ts'
import { unpackedToJson } from '../runtime/src/validation/unpacked-to-json.ts'
import { EXTENSIONS } from '../runtime/src/wire/msgpack-names.ts'
import { MsgpackReader } from '../runtime/src/wire/msgpack-reader.ts'
import { MsgpackWriter } from '../runtime/src/wire/value-to-msgpack.ts'
import { withRows } from '../transformer/src/emit/route-to-rows.ts'
import { msgpackRecords } from './support/decoded-records.ts'
import { runRoutes } from './support/judge-compile.ts'
import { runClientModule } from './support/type-models.ts'
import { programFactory } from './support/virtual-program.ts'

const programOf = programFactory()

/** Both ends of `export const it = route.post('/it', (args: { value: T }): { value: T } => args)`. */
function endsOf(type: string): { server: Required<CompiledRoute>; client: RouteDetails } {
  const { analysis, typeErrors } = programOf(`import { route } from '@alien-rpc/service'
    type T = ${type}
    export const it = route.post('/it', (args: { value: T }): { value: T } => args)`)
  expect([...typeErrors(), ...analysis.findings.map(({ message }) => message)]).to.deep.equal([])
  const compiled = { types: analysis.types, routes: withRows(analysis.routes, analysis.types) }
  return {
    server: runRoutes(compiled).it as Required<CompiledRoute>,
    client: runClientModule(compiled.routes, compiled.types).routes.it!,
  }
}

const reader = new MsgpackReader('the body', 64, 'maps')
const writer = new MsgpackWriter()

/** What a client reads of a result in rows. */
function rowOf({ rows }: Required<CompiledRoute>, value: unknown): unknown {
  return reader.readAll(writer.only(() => rows.write(value as never, writer))).value
}

/** What a handler receives of bytes that another library has written. */
function received(args: CompiledArgs, value: unknown): unknown {
  return args.read(unpackedToJson(reader.readAll(encode(value, { useBigInt64: true })), args))
}

describe('answers in MessagePack that are not quite as the protocol says', () => {
  it('are no items when what should be an id and a value is something else', () => {
    const contents: unknown[] = [['id'], [5, 'value'], ['id', 1, 2], { 0: 'id', 1: 'value' }, 'id', null]
    for (const content of contents) {
      const bytes = encode(content)
      const record = Uint8Array.of(0xc7, bytes.length, EXTENSIONS.item, ...bytes)
      const records = msgpackRecords(1_000)(record)
      expect(
        records.map(it => (it.kind === 'error' ? it.error.code : it.kind)),
        JSON.stringify(content),
      ).to.deep.equal(['INTERNAL'])
    }
  })

  it('are rows however a proxy writes their media type', () => {
    const rows = { schema: '0123456789abcdef', unpack: () => 'unpacked' }
    const route: RouteDetails = { rows }
    const decodeOf = (type: string) =>
      packing.answer(new Response(null, { headers: { 'content-type': type } }), route)?.decode
    for (const parameters of [
      '; rows=0123456789ABCDEF',
      ';rows="0123456789abcdef"',
      ';rows=0123456789abcdef; v=1',
    ])
      expect(decodeOf(`application/vnd.msgpack${parameters}`), parameters).to.equal(rows.unpack)
    for (const parameters of ['', ';rows=0123456789abcdee', ';narrows=0123456789abcdef'])
      expect(decodeOf(`application/vnd.msgpack${parameters}`), parameters).to.equal(undefined)
  })
})

describe('MessagePack of unusual types', () => {
  it('sets no prototype where a row has an optional member `__proto__`', () => {
    const { server, client } = endsOf('{ a: 1; "__proto__"?: { admin: true } }')
    const value = { a: 1, ['__proto__']: { admin: true } }
    const unpacked = client.rows!.unpack(rowOf(server, { value }) as never) as {
      value: typeof value & { admin?: true }
    }
    expect(Object.getPrototypeOf(unpacked.value)).to.equal(Object.prototype)
    expect(Object.keys(unpacked.value)).to.have.members(['a', '__proto__'])
    expect(unpacked.value.admin).to.equal(undefined)
    const absent = client.rows!.unpack(rowOf(server, { value: { a: 1 } }) as never)
    expect(absent).to.deep.equal({ value: { a: 1 } })
  })

  it('reads a name by the type that it has in the member of a union that a literal says', () => {
    const { args } = endsOf(
      '{ kind: "a"; n: bigint; d: Map<string, bigint> } | { kind: "b"; n: number; d: { [key: string]: number } }',
    ).server
    const [a, b] = [
      { kind: 'a', n: 1, d: { x: 2 } },
      { kind: 'b', n: 1n, d: { x: 2n } },
    ]
    expect(received(args, { value: a })).to.deep.equal({
      value: { kind: 'a', n: 1n, d: new Map([['x', 2n]]) },
    })
    expect(received(args, { value: b })).to.deep.equal({ value: { kind: 'b', n: 1, d: { x: 2 } } })
    expect(received(args, { value: { ...a, ['__proto__']: 1, 7: 1 } })).to.deep.equal({
      value: { kind: 'a', n: 1n, d: new Map([['x', 2n]]) },
    })
  })

  it('gives a handler what it declares, where only one member of a union has bytes', () => {
    const { args } = endsOf(
      '{ a: "x"; b: number } | { b: Float64Array } | [number, 1] | [Float64Array]',
    ).server
    const bytes = new Uint8Array(Float64Array.of(1.5).buffer)
    expect(received(args, { value: { b: bytes } })).to.deep.equal({ value: { b: Float64Array.of(1.5) } })
    expect(received(args, { value: [bytes] })).to.deep.equal({ value: [Float64Array.of(1.5)] })
    const orMap = endsOf('Uint8Array | Map<1, null>').server.args
    expect(received(orMap, { value: Uint8Array.of(192) })).to.deep.equal({ value: Uint8Array.of(192) })
    expect(received(orMap, { value: new Uint8Array() })).to.deep.equal({ value: new Uint8Array() })
  })

  it('is read, as JSON is, by the type of the one member that a kind of value tells', () => {
    const { server, client } = endsOf(
      '{ b: { x: "y"; p: string } } | { b: { x: { q?: number }; p: Float64Array } } | { b: { x: null; p: Set<1> } }',
    )
    const values = [
      { b: { x: 'y', p: '1' } },
      { b: { x: {}, p: Float64Array.of(1) } },
      { b: { x: null, p: new Set([1]) } },
    ]
    for (const value of values) {
      const decode = client.decode as (json: unknown) => unknown
      const text = server.result.stringify({ value } as never)!
      expect(decode(JSON.parse(text))).to.deep.equal({ value })
      expect(server.args.read(JSON.parse(text))).to.deep.equal({ value })
    }
  })

  it('is an Error, and none of the Maps beside it, where it is a map', () => {
    const { server } = endsOf('{ c: Map<string, string> } | { c: Error }')
    const json = { value: { c: { name: 'Error', message: 'x' } } }
    expect(received(server.args, json)).to.deep.equal(server.args.read(json))
    const pairs = { value: { c: [['name', 'y']] } }
    expect(received(server.args, pairs)).to.deep.equal({ value: { c: new Map([['name', 'y']]) } })
    // So no Map may look like one either.
    writeNative({ value: { c: new Map([['name', 'y']]) } }, server.result, 'map', writer)
    expect(reader.readAll(writer.take()).value).to.deep.equal(pairs)
  })

  it('is left as it is, as JSON is, where it is of the one list that needs nothing', () => {
    const { server, client } = endsOf('{ c: [number, 2]; a?: 1 } | { c: [RegExp, Date]; x?: "y" }')
    const decode = client.decode as (json: unknown) => unknown
    for (const c of [
      [1, 2],
      [/a/, new Date(1)],
    ])
      expect(decode(JSON.parse(server.result.stringify({ value: { c } } as never)!))).to.deep.equal({
        value: { c },
      })
  })

  it('makes no JSON of arguments that travel as they are', () => {
    const encoded = () => {
      throw new Error('bytes were made text in vain')
    }
    const given = { id: 5n, data: Uint8Array.of(1) }
    const { pack } = packing
    const [target, body] = argumentsToRequest('/it/:id', { encode: encoded, put: inBody }, given, pack)
    expect(target).to.equal('/it/5')
    expect(reader.readAll(body as Uint8Array).value).to.deep.equal({ data: Uint8Array.of(1) })
    const [, whole] = argumentsToRequest('/it', { encode: encoded, put: asBody }, given, pack)
    expect(reader.readAll(whole as Uint8Array).value).to.deep.equal(given)
  })
})

describe('the buffers of MessagePack', () => {
  it('are not those of the message: what is read of one of Node keeps nothing of it', () => {
    const own = new MsgpackReader('the message', 64, 'maps')
    const message = Buffer.from(encode({ data: Uint8Array.of(1, 2, 3) }))
    const { data } = own.readAll(message).value as { data: Uint8Array }
    expect(data.constructor).to.equal(Uint8Array)
    expect(data.buffer).to.have.property('byteLength', 3)
    message.fill(0x61)
    expect(data).to.deep.equal(Uint8Array.of(1, 2, 3))
    // A remembered key that was a view of the message would have changed with it.
    expect(own.readAll(encode({ aaaa: 1 })).value).to.deep.equal({ aaaa: 1 })
  })

  it('are let go of after each message, whatever keys it has', () => {
    const own = new MsgpackReader('the message', 64, 'maps')
    const kept: WeakRef<ArrayBufferLike>[] = []
    for (let i = 0; i < 64; i++) {
      const message = Buffer.from(encode({ [`key${i}`]: 'x'.repeat(10_000) }))
      own.readAll(message)
      kept.push(new WeakRef(message.buffer))
    }
    return new Promise<void>(resolve => setImmediate(resolve)).then(() => {
      globalThis.gc!()
      // The engine may still have the last one in a register.
      expect(kept.filter(it => it.deref() !== undefined).length).to.be.lessThan(2)
      expect(own.readAll(encode({ key1: 1 })).value).to.deep.equal({ key1: 1 })
    })
  })

  it('take what a getter has written of another value meanwhile', () => {
    const own = new MsgpackWriter()
    let inner: unknown
    const value = {
      first: 'one',
      get second() {
        inner = reader.readAll(own.pack({ logged: 'x'.repeat(1_000) })).value
        return 'two'
      },
      third: 3,
    }
    expect(reader.readAll(own.pack(value)).value).to.deep.equal({ first: 'one', second: 'two', third: 3 })
    expect(inner).to.deep.equal({ logged: 'x'.repeat(1_000) })
  })

  it('take what is whole after a value that could not be written', () => {
    const own = new MsgpackWriter()
    const failing = {
      first: 1,
      get second() {
        expect(() => own.pack({ x: Number.NaN })).to.throw(TypeError)
        throw new Error('not now')
      },
    }
    expect(() => own.pack(failing)).to.throw('not now')
    expect(own.length).to.equal(0)
    expect(reader.readAll(own.pack([1])).value).to.deep.equal([1])
  })

  it('hold as many elements as their list was said to have, though writing it changes it', () => {
    const growing: unknown[] = []
    growing.push({ toJSON: () => growing.push('more') })
    const shrinking: unknown[] = []
    shrinking.push({ toJSON: () => void shrinking.pop() }, 'gone')
    for (const list of [growing, shrinking]) {
      const { length } = list
      const read = reader.readAll(writer.pack({ list, after: 1 })).value as { list: unknown[] }
      expect(read.list).to.have.length(length)
      expect(read).to.have.property('after', 1)
    }
  })

  it('hold as many members as their Map was said to have, though writing it changes it', () => {
    const { result } = endsOf('Map<string, { a: number }>').server
    for (const form of ['map', 'pairs'] as const) {
      const grown = new Map<string, object>()
      grown.set('x', {
        get a() {
          return grown.set('y', { a: 2 }).size
        },
      })
      writeNative({ value: grown }, result, form, writer)
      expect(() => reader.readAll(writer.take())).to.not.throw()
    }
  })
})
