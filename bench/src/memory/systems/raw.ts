// Nothing in → NDJSON by hand of items that are counted, and a generator of what is read, out.
import { createServer, type ServerResponse } from 'node:http'
import { addressOf } from '../../harness/address.ts'
import type { Item } from '../../stream/items.ts'
import { countedItems } from '../items.ts'
import { readerOf } from '../reader.ts'

export { takeMade } from '../items.ts'

const BATCH = 65_536

export function start(): Promise<string> {
  const server = createServer((request, response) => {
    answer(Number(request.url!.slice(1)), response).catch(error => response.destroy(error))
  })
  return addressOf(server)
}

async function answer(count: number, response: ServerResponse): Promise<void> {
  let batch = ''
  for await (const item of countedItems(count)) {
    batch += `${JSON.stringify(item)}\n`
    if (batch.length < BATCH) continue
    const isFull = !response.write(batch)
    batch = ''
    if (isFull) await roomOf(response)
    if (response.destroyed) return
    await new Promise(setImmediate)
  }
  response.end(batch)
}

/** Settles when there is room, or nobody to read. Leaves no listener behind. */
function roomOf(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const onRoom = () => {
      response.off('drain', onRoom).off('close', onRoom)
      resolve()
    }
    response.on('drain', onRoom).on('close', onRoom)
  })
}

async function* read(url: string, count: number): AsyncGenerator<Item> {
  const { body } = await fetch(`${url}/${count}`)
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body!) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) yield JSON.parse(line) as Item
  }
}

export const { readAll, readSlowly } = readerOf(read)
