// Nothing in → NDJSON by hand, coalesced, and the loop that reads it, out. Nothing is checked, and no end is told from a cut.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { addressOf } from '../../harness/address.ts'
import { driverOf, readLines, urlOf, workOf } from '../drive.ts'
import { itemsOf } from '../items.ts'

const BATCH = 65_536

export function start(): Promise<string> {
  const server = createServer((request, response) => {
    answer(request.url!, response).catch(error => response.destroy(error))
  })
  return addressOf(server)
}

/** What is ready in one turn leaves in one write; after 64 KiB everybody else runs. */
async function answer(url: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  let batch = ''
  let isScheduled = false
  let isFull = false
  const flush = () => {
    isScheduled = false
    if (batch !== '') isFull = !response.write(batch)
    batch = ''
  }
  for await (const item of itemsOf(workOf(url))) {
    batch += `${JSON.stringify(item)}\n`
    if (!isScheduled) setImmediate(flush)
    isScheduled = true
    if (batch.length < BATCH) continue
    flush()
    if (isFull) await once(response, 'drain')
    await new Promise(setImmediate)
  }
  response.end(batch)
}

export const drive = driverOf((url, work, onItem) =>
  readLines(urlOf(url, work), line => onItem(JSON.parse(line))),
)
