// A request, as a client gives it to `fetch` → the engine's answer, without a network; with faults, late, refused or cut.
import type { HttpEngine } from '../server/engine.ts'
import type { BodySink, ReplyHeaders } from '../server/http-exchange.ts'
import { FetchExchange } from './fetch-exchange.ts'

export interface MemoryHttp {
  readonly engine: Pick<HttpEngine, 'handle' | 'settings'>
  readonly remoteAddress: string
  /** Runs a task once a request would have arrived. */
  schedule(task: () => void): void
  takeDrop(): boolean
  takeCut(): number | undefined
  /** Aborted when no request is answered any more. */
  readonly closing: AbortSignal
}

/** Rejects with a TypeError where a network would, or with the reason of the request's signal. Redirects are not followed. */
export function createMemoryFetch(http: MemoryHttp): typeof globalThis.fetch {
  return (input, init) =>
    new Promise((resolve, reject) => {
      const request = new Request(input, withSignal(input, init, http.closing))
      // As every client on a network does.
      request.headers.set('host', new URL(request.url).host)
      const { signal } = request
      const fail = () => reject(signal.reason)
      if (signal.aborted) return fail()
      signal.addEventListener('abort', fail, { once: true })
      http.schedule(() => {
        if (signal.aborted) return
        if (http.takeDrop()) return reject(new TypeError('the request was dropped by a fault of the test'))
        const { limits } = http.engine.settings
        const exchange: MemoryExchange = new MemoryExchange(request, http.remoteAddress, limits, response => {
          signal.removeEventListener('abort', fail)
          const cut = exchange.isStream ? http.takeCut() : undefined
          resolve(cut === undefined ? response : cutResponse(response, cut))
        })
        void http.engine.handle(exchange)
      })
    })
}

class MemoryExchange extends FetchExchange {
  isStream = false

  override openBody(status: number, headers: ReplyHeaders): BodySink {
    this.isStream = true
    return super.openBody(status, headers)
  }
}

function withSignal(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  closing: AbortSignal,
): RequestInit {
  const own = init?.signal ?? (input instanceof Request ? input.signal : undefined)
  return { ...init, signal: own ? AbortSignal.any([own, closing]) : closing }
}

/** Breaks off in place of the chunk after so many. The server finds its reader gone. */
function cutResponse(response: Response, chunks: number): Response {
  const { status, headers, body } = response
  if (body === null) return response
  const reader = body.getReader()
  let left = chunks
  const cut = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (left-- <= 0) {
          controller.error(new TypeError('the stream was cut by a fault of the test'))
          return reader.cancel()
        }
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(cut, { status, headers })
}
