// A request that asks for another protocol than WebSocket → the same request in HTTP/1.1, which asks for none.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Names that only the upgrade needs (RFC 7540, section 3.2). */
const UPGRADE_HEADERS: ReadonlySet<string> = new Set(['upgrade', 'http2-settings'])

/**
 * Node gives every request with `Upgrade` to the listener for WebSockets, and its body to nobody. A server may ignore such a wish
 * (RFC 9110, section 7.8), and clients that would rather speak HTTP/2 (curl, Java's) count on it: the request is read once more without it.
 */
export function ignoreUpgrade(http: Server, req: IncomingMessage, connection: Duplex, head: Buffer): void {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`]
  const { rawHeaders } = req
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const line = plainHeader(rawHeaders[index] as string, rawHeaders[index + 1] as string)
    if (line !== undefined) lines.push(line)
  }
  http.emit('connection', connection)
  // Header values are bytes that Node shows as latin1.
  connection.emit('data', Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
}

function plainHeader(name: string, value: string): string | undefined {
  const lowerCase = name.toLowerCase()
  if (UPGRADE_HEADERS.has(lowerCase)) return undefined
  if (lowerCase !== 'connection') return `${name}: ${value}`
  const rest = value.split(',').filter(option => !UPGRADE_HEADERS.has(option.trim().toLowerCase()))
  return rest.length === 0 ? undefined : `${name}: ${rest.join(',')}`
}
