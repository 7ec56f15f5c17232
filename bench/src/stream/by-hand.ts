// NDJSON streams as people write them by hand with node:http, and the reader that belongs to them. Nothing is validated.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Row, rows } from './rows.ts'

const BATCH_BYTES = 65_536

/** `/each/<count>`: one write an item. `/batched/<count>`: one write for 64 KiB of items. */
export async function answerByHand(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, kind, count] = (request.url ?? '').split('/')
  response.setHeader('content-type', 'application/x-ndjson')
  const batchBytes = kind === 'batched' ? BATCH_BYTES : 1
  let batch = ''
  for (const row of rows(Number(count))) {
    batch += `${JSON.stringify(row)}\n`
    if (batch.length < batchBytes) continue
    if (!response.write(batch)) await once(response, 'drain')
    batch = ''
  }
  response.end(batch)
}

/** Parses each line; returns how many there were. */
export async function readByHand(url: string): Promise<number> {
  const response = await fetch(url)
  let count = 0
  let rest = ''
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (typeof (JSON.parse(line) as Row).id === 'number') count++
  }
  return count
}
