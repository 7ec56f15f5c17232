// Bytes, or an open body, and a content coding → the same, compressed by node:zlib. Streams are flushed at every write.
import {
  type BrotliCompress,
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  type Gzip,
  gzip,
} from 'node:zlib'
import type { ContentCoding } from '../server/accept-to-encoding.ts'
import type { NodeBody } from './node-response-body.ts'

/** Brotli's default, 11, is made for files that are compressed once: 4 costs about as much as gzip and is denser. */
const BROTLI_QUALITY = { [constants.BROTLI_PARAM_QUALITY]: 4 }
/** A window of 2^18 bytes. The default, 2^22, costs megabytes for each open stream, which the process does not get back. */
const BROTLI_STREAM = { ...BROTLI_QUALITY, [constants.BROTLI_PARAM_LGWIN]: 18 }

/** Off the event loop. Calls back with undefined if the bytes could not be compressed. */
export function bytesToCoded(
  bytes: Uint8Array,
  coding: ContentCoding,
  callback: (coded: Uint8Array | undefined) => void,
): void {
  const done = (error: Error | null, coded: Uint8Array) => callback(error === null ? coded : undefined)
  if (coding === 'gzip') gzip(bytes, done)
  else
    brotliCompress(
      bytes,
      { params: { ...BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength } },
      done,
    )
}

/** A body whose every write leaves as a complete block, so that the peer can decode it at once. */
export class CodedBody implements NodeBody {
  readonly #body: NodeBody
  readonly #encoder: Gzip | BrotliCompress
  readonly #flushKind: number

  constructor(coding: ContentCoding, body: NodeBody) {
    this.#body = body
    this.#encoder = coding === 'gzip' ? createGzip() : createBrotliCompress({ params: BROTLI_STREAM })
    this.#flushKind = coding === 'gzip' ? constants.Z_SYNC_FLUSH : constants.BROTLI_OPERATION_FLUSH
    // The encoder holds memory outside of the heap until it is destroyed.
    body.onClose(() => this.#encoder.destroy())
    this.#encoder.on('data', chunk => this.#forward(chunk))
    this.#encoder.on('end', () => body.end())
    this.#encoder.on('error', () => body.abort())
  }

  get closed(): boolean {
    return this.#body.closed || this.#encoder.writableEnded || this.#encoder.destroyed
  }

  /** Always takes its time: compression runs on another thread, and the flush is over when its output is handed on. */
  write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (this.closed) return undefined
    const encoder = this.#encoder
    return new Promise(resolve => {
      const done = () => {
        encoder.off('close', done)
        resolve()
      }
      encoder.on('close', done)
      encoder.write(chunk)
      encoder.flush(this.#flushKind, done)
    })
  }

  end(): void {
    this.#encoder.end()
  }

  abort(): void {
    this.#encoder.destroy()
    this.#body.abort()
  }

  onClose(listener: () => void): void {
    this.#body.onClose(listener)
  }

  #forward(chunk: Uint8Array): void {
    const full = this.#body.write(chunk)
    if (full === undefined) return
    this.#encoder.pause()
    void full.then(() => this.#encoder.resume())
  }
}
