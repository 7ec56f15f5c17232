// The body of a web Request → its bytes, within bounds.
import { RpcError } from '../errors.ts'
import { LONGEST_TIMER } from '../wire/limits.ts'
import { ChunksToBytes } from './chunks-to-bytes.ts'

/** Throws PAYLOAD_TOO_LARGE, TIMEOUT, CANCELLED when the body breaks off, or a TypeError when somebody else has read it. */
export async function readStream(request: Request, maxBytes: number, timeout: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  if (request.bodyUsed) {
    throw new TypeError('the body of the Request was read before the handler was called: pass it on unread')
  }
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new RpcError('TIMEOUT', { message: `the body did not arrive within ${timeout} ms` }))
      },
      Math.min(timeout, LONGEST_TIMER),
    )
  })
  try {
    return await Promise.race([readAll(reader, maxBytes), tooLate])
  } catch (error) {
    // Nothing more is wanted of the sender. That it may be gone already is no news.
    reader.cancel(error).catch(() => undefined)
    throw error instanceof RpcError ? error : new RpcError('CANCELLED')
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const body = new ChunksToBytes()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return body.bytes
    if (body.length + value.byteLength > maxBytes) throw tooLarge(maxBytes)
    body.add(value)
  }
}

function tooLarge(maxBytes: number): RpcError {
  return new RpcError('PAYLOAD_TOO_LARGE', { message: `the body is larger than ${maxBytes} bytes` })
}
