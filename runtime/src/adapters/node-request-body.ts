// The body of a Node request → its bytes, within bounds; or dropped, within bounds.
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { RpcError } from '../errors.ts'
import { LONGEST_TIMER, type ServerLimits } from '../wire/limits.ts'
import { ChunksToBytes } from './chunks-to-bytes.ts'

/** `Content-Length`, when there is one. Node has made sure that it is a number. */
export function requestLength(req: IncomingMessage): number | undefined {
  const length = req.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/** Who is told of the reading. */
export interface BodyOwner {
  /** Before anything is read. */
  onBodyStart(): void
  /** All of it is here, which the request itself may say only later. */
  onBodyRead(): void
  /** What is left of the body will not be read. */
  onBodyRefused(): void
}

/** Throws PAYLOAD_TOO_LARGE, TIMEOUT, CANCELLED when the peer goes away, or a TypeError when somebody else has read it. */
export async function readRequestBody(
  req: IncomingMessage,
  maxBytes: number,
  timeout: number,
  owner: BodyOwner,
): Promise<Uint8Array> {
  try {
    if ((requestLength(req) ?? 0) > maxBytes) throw tooLarge(maxBytes)
    if (req.readableEnded) return parsedBody(req)
    // Its events are over: nobody would tell.
    if (req.destroyed) throw new RpcError('CANCELLED')
    owner.onBodyStart()
    // The parser calls for the head alone, and goes on to the body when the call is over.
    if (isUntouched(req)) await CALL_OVER
    const bytes = bodyAtHand(req) ?? (await collectBody(req, maxBytes, timeout))
    owner.onBodyRead()
    return bytes
  } catch (error) {
    owner.onBodyRefused()
    throw error
  }
}

/** True of a body that nobody reads, and that came by HTTP/1: the stream of HTTP/2 does not say when it is complete. */
function isUntouched({ readableFlowing, readableEncoding, httpVersionMajor }: IncomingMessage): boolean {
  return readableFlowing === null && readableEncoding === null && httpVersionMajor === 1
}

/** One for all: to be waited for takes no promise more. */
const CALL_OVER = Promise.resolve()

/**
 * A body that came together with its head, as small ones do, in one piece; undefined of others. Four listeners and a timer for each
 * request took more time than everything else between the socket and the handler. Its length tells: the parser says only later that it is complete.
 */
function bodyAtHand(req: IncomingMessage): Uint8Array | undefined {
  if (req.readableLength !== requestLength(req) || req.destroyed || !isUntouched(req)) return undefined
  const bytes = req.read() as Buffer
  // Nobody waits for its end, but Node does.
  req.resume()
  return bytes
}

function collectBody(req: IncomingMessage, maxBytes: number, timeout: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (req.destroyed) return reject(new RpcError('CANCELLED'))
    const body = new ChunksToBytes()
    const timer = setTimeout(() => settle(bodyTimeout(timeout)), Math.min(timeout, LONGEST_TIMER))
    const onData = (chunk: Buffer) => {
      if (body.length + chunk.byteLength > maxBytes) settle(tooLarge(maxBytes))
      else body.add(chunk)
    }
    const onEnd = () => settle(undefined)
    const onGone = () => settle(new RpcError('CANCELLED'))
    function settle(error: RpcError | undefined): void {
      clearTimeout(timer)
      req.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone)
      if (error === undefined) resolve(body.bytes)
      else reject(error)
    }
    req.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone)
  })
}

/** Reads on without keeping anything, until the body ends, its sender goes, or `discardBytes` or `discardTime` is spent. */
export function discardBody(req: Readable, limits: ServerLimits, onDone: () => void): void {
  if (req.readableEnded || req.destroyed) return onDone()
  let length = 0
  const timer = setTimeout(finish, Math.min(limits.discardTime, LONGEST_TIMER))
  const onData = (chunk: Buffer) => {
    length += chunk.byteLength
    if (length > limits.discardBytes) finish()
  }
  function finish(): void {
    clearTimeout(timer)
    req.off('data', onData).off('end', finish).off('close', finish).off('error', finish)
    req.pause()
    onDone()
  }
  req.on('data', onData).on('end', finish).on('close', finish).on('error', finish)
  req.resume()
}

/**
 * A body parser in front (express.json(), say) has read the body. What it parsed is written out and validated like any other.
 * A body that is nowhere is the server's fault: it must not pass for "no arguments".
 */
function parsedBody(req: IncomingMessage & { body?: unknown }): Uint8Array {
  const { body } = req
  if (body === undefined) {
    throw new TypeError('the body was read before the handler was called, and `req.body` does not hold it')
  }
  return body instanceof Uint8Array
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function tooLarge(maxBytes: number): RpcError {
  return new RpcError('PAYLOAD_TOO_LARGE', { message: `the body is larger than ${maxBytes} bytes` })
}

function bodyTimeout(timeout: number): RpcError {
  return new RpcError('TIMEOUT', { message: `the body did not arrive within ${timeout} ms` })
}
