// The body of a Node request → its bytes, within bounds; or dropped, within bounds.
import type { IncomingMessage } from 'node:http'
import { RpcError } from '../errors.ts'
import type { ServerLimits } from '../wire/limits.ts'

/** `Content-Length`, when there is one. Node has made sure that it is a number. */
export function requestLength(req: IncomingMessage): number | undefined {
  const length = req.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/** Throws PAYLOAD_TOO_LARGE, TIMEOUT, or CANCELLED when the peer goes away. `onStart` is called before anything is read. */
export function readRequestBody(
  req: IncomingMessage,
  maxBytes: number,
  timeout: number,
  onStart: () => void,
): Promise<Uint8Array> {
  if ((requestLength(req) ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes))
  if (req.readableEnded) return Promise.resolve(parsedBody(req))
  onStart()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => settle(bodyTimeout(timeout)), timeout)
    const onData = (chunk: Buffer) => {
      length += chunk.byteLength
      if (length > maxBytes) settle(tooLarge(maxBytes))
      else chunks.push(chunk)
    }
    const onEnd = () => settle(undefined)
    const onGone = () => settle(new RpcError('CANCELLED'))
    function settle(error: RpcError | undefined): void {
      clearTimeout(timer)
      req.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone)
      if (error === undefined)
        resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length))
      else reject(error)
    }
    req.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone)
  })
}

/** Reads on without keeping anything, until the body ends, its sender goes, or `discardBytes` or `discardTime` is spent. */
export function discardBody(req: IncomingMessage, limits: ServerLimits, onDone: () => void): void {
  if (req.readableEnded || req.destroyed) return onDone()
  let length = 0
  const timer = setTimeout(finish, limits.discardTime)
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

/** A body parser in front (express.json(), say) has read the body. What it parsed is written out and validated like any other. */
function parsedBody(req: IncomingMessage & { body?: unknown }): Uint8Array {
  const { body } = req
  if (body === undefined) return new Uint8Array()
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
