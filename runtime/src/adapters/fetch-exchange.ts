// A web Request and a callback for its Response → one HttpExchange.
import type { BodySink, HttpExchange, MutableHeaders, ReplyHeaders } from '../server/http-exchange.ts'
import { mergeHeaders } from '../server/reply-headers.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { FetchBody } from './fetch-body.ts'
import { readStream } from './fetch-request-body.ts'

export class FetchExchange implements HttpExchange {
  readonly method: string
  readonly target: string
  readonly origin: string
  readonly remoteAddress: string | undefined
  readonly #request: Request
  readonly #limits: ServerLimits
  readonly #respond: (response: Response) => void
  #headers: HttpExchange['headers'] | undefined
  /** Told when the reader cancels the body, which not every platform reports as an abort of the request. */
  readonly #onCancel: (() => void)[] = []
  /** Called when the answer is complete: takes the listeners off the request's signal. */
  readonly #cleanup: (() => void)[] = []
  #isOver = false

  constructor(
    request: Request,
    remoteAddress: string | undefined,
    limits: ServerLimits,
    respond: (response: Response) => void,
  ) {
    const { url } = request
    const start = url.indexOf('/', url.indexOf('://') + 3)
    const end = url.indexOf('#')
    this.method = request.method
    this.origin = url.slice(0, start)
    this.target = url.slice(start, end < 0 ? undefined : end)
    this.remoteAddress = remoteAddress
    this.#request = request
    this.#limits = limits
    this.#respond = respond
  }

  get headers(): HttpExchange['headers'] {
    this.#headers ??= Object.fromEntries(this.#request.headers)
    return this.#headers
  }

  get hasBody(): boolean {
    const length = this.#request.headers.get('content-length')
    return this.#request.body !== null && (length === null || Number(length) > 0)
  }

  async readBody(maxBytes: number, timeout: number): Promise<Uint8Array> {
    return readStream(this.#request, maxBytes, timeout)
  }

  onAbort(listener: () => void): void {
    if (this.#isOver) return
    const { signal } = this.#request
    if (signal.aborted) return listener()
    let wasCalled = false
    const once = () => {
      if (!wasCalled) listener()
      wasCalled = true
    }
    signal.addEventListener('abort', once, { once: true })
    this.#onCancel.push(once)
    this.#cleanup.push(() => signal.removeEventListener('abort', once))
  }

  reply(status: number, headers: MutableHeaders, body: string | Uint8Array | undefined): void {
    if (this.#isOver) return
    const content =
      this.method === 'HEAD' ? null : ((body as string | Uint8Array<ArrayBuffer> | undefined) ?? null)
    // Throws at a header that cannot be sent: then an error can still be answered.
    const response = new Response(content, { status, headers: toHeaders(headers) })
    this.#finish()
    this.#respond(response)
  }

  openBody(status: number, headers: ReplyHeaders): BodySink {
    const head = toHeaders(headers)
    const body = new FetchBody(this.#limits.streamBatchBytes, isCancelled => {
      if (isCancelled) for (const listener of this.#onCancel) listener()
      this.#finish()
    })
    this.onAbort(() => body.cancel())
    this.#respond(new Response(body.stream, { status, headers: head }))
    return body
  }

  async replyWith(response: Response, extra: ReplyHeaders): Promise<void> {
    const isHead = this.method === 'HEAD'
    if (!isHead && Object.keys(extra).length === 0) {
      this.#finish()
      return this.#respond(response)
    }
    if (isHead) await response.body?.cancel()
    const { status, statusText } = response
    const headers = toHeaders(mergeHeaders(extra, Object.fromEntries(response.headers)))
    headers.delete('set-cookie')
    for (const cookie of [extra['set-cookie'] ?? [], response.headers.getSetCookie()].flat()) {
      headers.append('set-cookie', cookie)
    }
    const answer = new Response(isHead ? null : response.body, { status, statusText, headers })
    this.#finish()
    this.#respond(answer)
  }

  #finish(): void {
    this.#isOver = true
    for (const clean of this.#cleanup.splice(0)) clean()
  }
}

function toHeaders(headers: ReplyHeaders): Headers {
  const result = new Headers()
  for (const name of Object.keys(headers)) {
    for (const value of [headers[name] ?? []].flat()) result.append(name, value)
  }
  return result
}
