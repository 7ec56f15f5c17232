// PROTOCOL.md in → proof that each of its tables and the code's own table say the same, in both directions.
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { ERROR_CODES, type ErrorCode, errorToWire, isRetryable, RpcError } from '../runtime/src/errors.ts'
import { RESERVED_ID } from '../runtime/src/tracked.ts'
import {
  ITEMS_TOGETHER,
  MEDIA_TYPES,
  MSGPACK_ALIASES,
  RECORD_KINDS,
  STREAM_FORMATS,
} from '../runtime/src/wire/http-names.ts'
import {
  CLIENT_LIMITS,
  MAX_ITEMS_LENGTH,
  SERVER_LIMITS,
  SOCKET_CLIENT_LIMITS,
} from '../runtime/src/wire/limits.ts'
import { EXTENSIONS } from '../runtime/src/wire/msgpack-names.ts'
import { CLIENT_FRAMES, CLOSE_CODES, SERVER_FRAMES, SUBPROTOCOLS } from '../runtime/src/wire/socket-frames.ts'
import { createRecordEncoder, itemsRecord } from '../runtime/src/wire/stream-records.ts'
import { markedTables } from './support/markdown.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const protocol = read('PROTOCOL.md')
const tables = markedTables(protocol)

/** A table that the document lost must not compare as equal to nothing. */
function table(name: string): readonly (readonly string[])[] {
  const rows = tables.get(name)
  if (rows === undefined || rows.length === 0) throw new Error(`PROTOCOL.md has no table "${name}"`)
  return rows
}

describe('PROTOCOL.md', () => {
  it('lists every error code with its status and whether it can be retried', () => {
    const codes = Object.entries(ERROR_CODES).map(([code, status]) => [
      code,
      `${status}`,
      isRetryable(code as ErrorCode) ? 'yes' : 'no',
    ])
    expect(table('errors')).to.deep.equal(codes)
  })

  it('lists the stream formats in the order of preference, with their media types', () => {
    const formats = STREAM_FORMATS.map(format => [format, MEDIA_TYPES[format]])
    expect(table('stream-formats').map(row => row.slice(0, 2))).to.deep.equal(formats)
  })

  it('lists the kinds of records, and shows each as it is written', () => {
    const rows = table('records').map(([record]) => record!.replace(/, wrapped$/, ''))
    expect([...new Set(rows)]).to.deep.equal(RECORD_KINDS)
    const { item, end, error } = createRecordEncoder('ndjson')
    const controls = [end('1'), error(errorToWire(new RpcError('INTERNAL')))]
    const written = [item('1', 'a'), itemsRecord('1', '"a"').slice(1), ...controls].map(text =>
      members(JSON.parse(text)),
    )
    const shown = table('records')
      .slice(1)
      .map(row =>
        row[1]!
          .replaceAll(/["?{}]/g, '')
          .replace('$:', '$=')
          .split(','),
      )
    expect(written).to.deep.equal(shown)
  })

  it('says how several items in one record are asked for, and how long it may be', () => {
    expect(protocol).to.include(`\`Accept: ${MEDIA_TYPES.jsonSeq};${ITEMS_TOGETHER}\``)
    expect(protocol).to.include(`MUST NOT be longer than ${MAX_ITEMS_LENGTH.toLocaleString('en')} characters`)
  })

  it('lists the framings with their media types, and the other names of MessagePack', () => {
    const { json, msgpack, ...texts } = MEDIA_TYPES
    const streams = Object.values(texts).sort()
    const rows = table('framings').map(([framing, body, stream]) => {
      const listed = stream!.split(',').map(type => type.replaceAll(/[` ]/g, ''))
      return [framing, body, listed.sort()]
    })
    expect(rows).to.deep.equal([
      ['json', json, streams],
      ['msgpack', msgpack, [msgpack]],
    ])
    for (const alias of MSGPACK_ALIASES) expect(protocol).to.include(`\`${alias}\``)
  })

  it('lists the extension types of MessagePack', () => {
    const rows = Object.entries(EXTENSIONS).map(([name, type]) => [name, `${type}`])
    expect(table('extensions').map(row => row.slice(0, 2))).to.deep.equal(rows)
  })

  it('lists the event types of control records', () => {
    const { end, error } = createRecordEncoder('eventStream')
    const type = (text: string) => /^event: (.+)$/m.exec(text)?.[1]
    const written = [
      ['end', type(end(undefined))],
      ['error', type(error(errorToWire(new RpcError('INTERNAL'))))],
    ]
    expect(table('event-types').map(row => row.slice(0, 2))).to.deep.equal(written)
    expect(/^id: (.+)$/m.exec(end(undefined))?.[1]).to.equal(RESERVED_ID)
    expect(protocol).to.include(`Both carry the id \`${RESERVED_ID}\``)
  })

  it('lists the subprotocols in the order of preference, with their framings', () => {
    const rows = table('subprotocols').map(([name, , framing]) => [framing, name])
    expect(rows).to.deep.equal(Object.entries(SUBPROTOCOLS))
  })

  for (const [name, frames] of [
    ['client-frames', CLIENT_FRAMES],
    ['server-frames', SERVER_FRAMES],
  ] as const) {
    it(`lists every one of the ${name.replace('-', ' ')}, and whether it numbers its message`, () => {
      const rows = table(name).map(([frame, numbered]) => [/^\["(\w+)"/.exec(frame!)?.[1], numbered])
      expect(rows).to.deep.equal(Object.entries(frames).map(([kind, is]) => [kind, is ? 'yes' : 'no']))
    })
  }

  it('lists the close codes, and whether a client reconnects after them', () => {
    const rows = table('close-codes').filter(([code]) => /^\d+$/.test(code!))
    expect(rows.map(([code, , again]) => [code, again])).to.deep.equal(
      Object.entries(CLOSE_CODES).map(([code, again]) => [code, again ? 'yes' : 'no']),
    )
  })

  for (const [name, limits] of [
    ['server-limits', SERVER_LIMITS],
    ['client-limits', { ...CLIENT_LIMITS, ...SOCKET_CLIENT_LIMITS }],
  ] as const) {
    it(`lists every one of the ${name.replace('-', ' ')} with its default`, () => {
      expect(table(name).map(row => row.slice(0, 2))).to.deep.equal(
        Object.entries(limits).map(([k, v]) => [k, `${v}`]),
      )
    })

    it(`names the unit and the error of the ${name.replace('-', ' ')} as limits.ts does`, () => {
      const docs = limitDocs()
      for (const [limit = '', , unit = '', beyond = ''] of table(name)) {
        const doc = docs.get(limit) ?? ''
        expect(
          doc.toLowerCase().includes(unit) || limit.toLowerCase().includes(unit),
          `${limit} is in ${unit}: "${doc}"`,
        ).to.equal(true)
        expect(/`([A-Z_]+)`/.exec(beyond)?.[1] ?? /^([A-Z_]+)$/.exec(beyond)?.[1], limit).to.equal(
          /Beyond: ([A-Z_]+)/.exec(doc)?.[1],
        )
      }
    })
  }

  it('marks every table that the code could contradict, and no other', () => {
    const http = ['errors', 'stream-formats', 'records', 'event-types']
    const sockets = ['subprotocols', 'client-frames', 'server-frames', 'close-codes']
    const msgpack = ['framings', 'extensions']
    const known = [...http, ...msgpack, ...sockets, 'server-limits', 'client-limits']
    expect([...tables.keys()]).to.deep.equal(known)
  })

  it('mentions no error code that does not exist', () => {
    const mentioned = [...protocol.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(match => match[1]!)
    const unknown = mentioned.filter(
      word => !(word in ERROR_CODES) && !['GET', 'HEAD', 'OPTIONS'].includes(word),
    )
    expect(unknown).to.deep.equal([])
  })
})

/** `{"$":"end","value":1}` → `['$=end', 'value']`: the members of a control record, and its mark. */
function members(record: Record<string, unknown>): string[] {
  return Object.keys(record).map(key => (key === '$' ? `$=${record[key]}` : key))
}

/** The comment above each limit in limits.ts. */
function limitDocs(): Map<string, string> {
  const matches = read('runtime/src/wire/limits.ts').matchAll(/\/\*\* (.+) \*\/\n {2}(\w+): /g)
  return new Map([...matches].map(([, doc, name]) => [name!, doc!]))
}
