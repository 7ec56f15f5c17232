// A message → the WebSocket frame of a server that carries it (RFC 6455, section 5.2), whole in one buffer.
import type { Encoded } from '../wire/socket-framing.ts'

/** The last frame of a message, and its type. */
const TEXT = 0x81
const BINARY = 0x82
/** Payloads below this have their length in the second byte; below the next in two further bytes; else in eight. */
const SHORT = 126
const MEDIUM = 65_536

/** Header and payload together, so that the network is given one piece: two cost a third more. A server masks nothing. */
export function messageToFrame(message: Encoded): Buffer {
  const size = typeof message === 'string' ? Buffer.byteLength(message) : message.length
  const headerSize = size < SHORT ? 2 : size < MEDIUM ? 4 : 10
  const frame = Buffer.allocUnsafe(headerSize + size)
  frame[0] = typeof message === 'string' ? TEXT : BINARY
  if (headerSize === 2) frame[1] = size
  else if (headerSize === 4) {
    frame[1] = SHORT
    frame.writeUInt16BE(size, 2)
  } else {
    frame[1] = SHORT + 1
    frame.writeUInt32BE(Math.floor(size / 2 ** 32), 2)
    frame.writeUInt32BE(size % 2 ** 32, 6)
  }
  if (typeof message !== 'string') frame.set(message, headerSize)
  // Text of ASCII only is copied faster than text that is to be encoded.
  else if (size === message.length) frame.write(message, headerSize, size, 'latin1')
  else frame.write(message, headerSize, size, 'utf8')
  return frame
}
