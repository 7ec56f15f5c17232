// Nothing in → the address of the least server by hand out: JSON.parse, the work, JSON.stringify. It checks nothing.
import { createServer } from 'node:http'
import { addressOf } from '../../harness/address.ts'
import { type Order, place } from '../order.ts'

export async function start(): Promise<string> {
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', piece => {
      text += piece
    })
    request.on('end', () => {
      const body = JSON.stringify(place(JSON.parse(text) as Order))
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    })
  })
  return `${await addressOf(server)}/place`
}
