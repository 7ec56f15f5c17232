// A kind and a count in → that many items, as every system's handler takes them, out.
import type { PGlite } from '@electric-sql/pglite'

export interface Item {
  id: number
  name: string
  email: string
  active: boolean
}

export interface LargeItem extends Item {
  text: string
}

export interface PacedItem extends Item {
  /** By `clock`. */
  sentAt: number
}

export type Kind = 'small' | 'large' | 'rows' | 'paced'

export interface StreamWork {
  readonly kind: Kind
  readonly count: number
}

const LARGE_TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(223)
const PAUSE = 10
/** Rows that one query brings. */
const PAGE = 500

/** In ms. One clock for all processes of a machine. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export function itemsOf({ kind, count }: StreamWork): AsyncGenerator<Item | LargeItem | PacedItem> {
  if (kind === 'small') return smallItems(count)
  if (kind === 'large') return largeItems(count)
  return kind === 'rows' ? rowItems(count) : pacedItems(count)
}

/**
 * With names that differ from stream to stream: V8 keeps one copy of each short text of JSON until a full collection, and who has seen no such
 * collection would find the names of the stream before.
 */
export async function* smallItems(count: number): AsyncGenerator<Item> {
  const word = `u${(Math.floor(Date.now() / 50) % 36 ** 3).toString(36).padStart(3, '0')}`
  for (let id = 0; id < count; id++) yield itemOf(id, word)
}

/** 10 kB each. */
export async function* largeItems(count: number): AsyncGenerator<LargeItem> {
  for (let id = 0; id < count; id++) yield { ...itemOf(id), text: LARGE_TEXT }
}

/** One in 10 ms. */
export async function* pacedItems(count: number): AsyncGenerator<PacedItem> {
  for (let id = 0; id < count; id++) {
    await new Promise(resolve => setTimeout(resolve, PAUSE))
    yield { ...itemOf(id), sentAt: clock() }
  }
}

/** From a real database inside the process, page by page. */
export async function* rowItems(count: number): AsyncGenerator<Item> {
  const database = await openDatabase(count)
  for (let last = -1; last < count - 1; ) {
    const { rows } = await database.query<Item>(
      'select id, name, email, active from users where id > $1 and id < $2 order by id limit $3',
      [last, count, PAGE],
    )
    for (const row of rows) yield row
    last = rows.at(-1)!.id
  }
}

export function itemOf(id: number, word = 'user'): Item {
  return { id, name: `${word} ${id}`, email: `user${id}@example.com`, active: id % 3 === 0 }
}

const databases = new Map<number, Promise<PGlite>>()

function openDatabase(count: number): Promise<PGlite> {
  const opened = databases.get(count) ?? fillDatabase(count)
  databases.set(count, opened)
  return opened
}

async function fillDatabase(count: number): Promise<PGlite> {
  // Loaded by those that need it: it is a whole PostgreSQL.
  const { PGlite } = await import('@electric-sql/pglite')
  const database = new PGlite()
  await database.exec(`create table users (id int primary key, name text, email text, active bool);
    insert into users select id, 'user ' || id, 'user' || id || '@example.com', id % 3 = 0 from generate_series(0, ${count - 1}) as id`)
  return database
}
