// A web Response → status, headers and chunks for a Node response, at the reader's pace.
import type { ReplyHeaders } from '../server/http-exchange.ts'
import { type MutableHeaders, mergeHeaders } from '../server/reply-headers.ts'
import type { NodeBody } from './node-response-body.ts'

export interface ResponseTarget {
  readonly isHead: boolean
  open(status: number, headers: ReplyHeaders, mayCompress: boolean): NodeBody
  finish(status: number, headers: MutableHeaders): void
}

/** Settles when the body has been handed over, or its reader has gone. Rejects when the Response's own body fails. */
export async function responseToNode(
  response: Response,
  extra: ReplyHeaders,
  target: ResponseTarget,
): Promise<void> {
  const headers = mergeHeaders(extra, responseHeaders(response, extra))
  if (response.body === null || target.isHead) {
    await response.body?.cancel()
    return target.finish(response.status, headers)
  }
  const reader = response.body.getReader()
  const body = target.open(response.status, headers, isCompressible(response))
  let hasLeft = false
  body.onClose(() => {
    hasLeft = true
    // The source is told; whatever it answers, nobody is left to hear it.
    reader.cancel().catch(() => undefined)
  })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || hasLeft) break
      await body.write(value)
    }
    if (!hasLeft) body.end()
  } catch (error) {
    if (hasLeft) return
    body.abort()
    throw error
  }
}

/** What the Response has wins over `extra`; cookies of both are sent. */
function responseHeaders(response: Response, extra: ReplyHeaders): MutableHeaders {
  const headers: MutableHeaders = Object.create(null)
  for (const [name, value] of response.headers) headers[name] = value
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = [...[extra['set-cookie'] ?? []].flat(), ...cookies]
  delete headers['transfer-encoding']
  delete headers.connection
  return headers
}

/** A part of a file, and what is dense already (pictures, archives), stay as they are. */
function isCompressible({ status, headers }: Response): boolean {
  if (status !== 200 || headers.has('etag')) return false
  const type = headers.get('content-type') ?? ''
  return /^text\/|^application\/(?:[^;]*\+)?(?:json|xml|javascript)\b/i.test(type)
}
