// A socket of `ws` that speaks JSON, one message each, in → what the benchmark's client does with it out.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Answer, Item } from '../items.ts'
import type { BenchSocket } from '../system.ts'

export type Ask =
  | readonly ['request', { readonly id: number; readonly text: string }]
  | readonly ['items', number]
  | readonly ['endless']
  | readonly ['listen']

export type Tell = readonly ['answer', Answer] | readonly ['item', Item] | readonly ['end']

export async function connectRaw(url: string): Promise<BenchSocket> {
  const ws = new WebSocket(url, { perMessageDeflate: false })
  const waiting = new Map<number, (answer: Answer) => void>()
  let onItem = (_: Item) => {}
  let onEnd = () => {}
  ws.on('message', data => {
    const [kind, value] = JSON.parse(String(data)) as Tell
    if (kind === 'item') onItem(value)
    else if (kind === 'end') onEnd()
    else {
      waiting.get(value.id)?.(value)
      waiting.delete(value.id)
    }
  })
  ws.on('close', () => onEnd())
  await once(ws, 'open')
  const ask = (message: Ask) => ws.send(JSON.stringify(message))
  const read = (message: Ask, each: (item: Item) => void) =>
    new Promise<void>(resolve => {
      onItem = each
      onEnd = resolve
      ask(message)
    })
  return {
    request: question =>
      new Promise(resolve => {
        waiting.set(question.id, resolve)
        ask(['request', question])
      }),
    items: (count, each) => read(['items', count], each),
    endless: each => read(['endless'], each),
    listen: each => void read(['listen'], each),
    close: () => ws.close(1000),
  }
}
