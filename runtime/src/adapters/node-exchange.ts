// A Node request and response → one HttpExchange. No web Request or Response: they cost three times the rest.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { acceptToEncoding, type ContentCoding } from '../server/accept-to-encoding.ts'
import type { BodySink, HttpExchange, ReplyHeaders } from '../server/http-exchange.ts'
import { addVary, type MutableHeaders, mergeHeaders } from '../server/reply-headers.ts'
import type { ServerLimits } from '../wire/limits.ts'
import { bytesToCoded, CodedBody } from './node-compression.ts'
import { type BodyOwner, discardBody, readRequestBody, requestLength } from './node-request-body.ts'
import { responseToNode } from './node-response.ts'
import { type NodeBody, NodeResponseBody } from './node-response-body.ts'

/** What all exchanges of one handler share. */
export interface NodeHost {
  readonly limits: ServerLimits
  readonly compression: boolean
  /** True once the server is closing: connections are not kept alive any more. */
  isClosing(): boolean
  /**
   * The last exchange, kept until the next one and never read. V8 collects all garbage while a server idles, forgets the shapes of which no object is
   * left, and drops the code that relies on them, Node's own too: without it the next thousand requests take half as much again, and so do the thousand after them.
   */
  last?: NodeExchange
}

export class NodeExchange implements HttpExchange, BodyOwner {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #host: NodeHost
  /** The sender waits for `100 Continue`, which nobody has sent yet. */
  #awaitsContinue: boolean
  /** The body was too large or too slow: what is left of it must be taken off the connection, or given up. */
  #refused = false
  #isRead = false
  #answered = false

  constructor(req: IncomingMessage, res: ServerResponse, host: NodeHost, awaitsContinue: boolean) {
    this.#req = req
    this.#res = res
    this.#host = host
    this.#awaitsContinue = awaitsContinue
  }

  get method(): string {
    return this.#req.method ?? 'GET'
  }

  get target(): string {
    return requestTarget(this.#req)
  }

  get headers(): HttpExchange['headers'] {
    return requestHeaders(this.#req)
  }

  get origin(): string {
    return requestOrigin(this.#req)
  }

  get remoteAddress(): string | undefined {
    return this.#req.socket.remoteAddress
  }

  get hasBody(): boolean {
    const length = requestLength(this.#req)
    // HTTP/2 needs no header to say that a body follows.
    if (isHttp2(this.#req)) return length === undefined ? !this.#req.stream.endAfterHeaders : length > 0
    return this.#req.headers['transfer-encoding'] !== undefined || (length ?? 0) > 0
  }

  readBody(maxBytes: number, timeout: number): Promise<Uint8Array> {
    return readRequestBody(this.#req, maxBytes, timeout, this)
  }

  /** For the reader of the body: it begins. */
  onBodyStart(): void {
    if (this.#awaitsContinue) this.#res.writeContinue()
    this.#awaitsContinue = false
  }

  /** For the reader of the body: it has all of it. */
  onBodyRead(): void {
    this.#isRead = true
  }

  /** For the reader of the body: it has given up. */
  onBodyRefused(): void {
    this.#refused = true
  }

  onAbort(listener: () => void): void {
    whenClosed(this.#req, this.#res, () => {
      if (!this.#res.writableEnded) listener()
    })
  }

  reply(status: number, headers: MutableHeaders, body: string | Uint8Array | undefined): void {
    if (!this.#claim()) return
    if (body === undefined) return this.#finish(status, headers, undefined)
    const { compression, limits } = this.#host
    if (!compression) return this.#finish(status, headers, body)
    const varied = mergeHeaders(headers, { vary: 'Accept-Encoding' })
    const coding = this.#coding(headers)
    if (coding === undefined || Buffer.byteLength(body) < limits.compressionThreshold) {
      return this.#finish(status, varied, body)
    }
    // Nobody knows the length of what is not compressed.
    if (this.method === 'HEAD') return this.#finish(status, varied, undefined)
    bytesToCoded(typeof body === 'string' ? Buffer.from(body) : body, coding, coded => {
      if (this.#res.destroyed) return
      if (coded === undefined) this.#finish(status, varied, body)
      else this.#finish(status, mergeHeaders(varied, { 'content-encoding': coding }), coded)
    })
  }

  /** Text is handed on as it is: Node sends it in one piece with the head, where bytes would be a second write. */
  #finish(status: number, headers: MutableHeaders, body: string | Uint8Array | undefined): void {
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
    // Node drops it otherwise, or throws where it is told to be strict.
    const sent = this.method === 'HEAD' ? undefined : body
    if (this.#refused || this.#isUnread()) return this.#finishAndDiscard(status, headers, sent)
    this.#writeHead(status, headers)
    if (sent === undefined || isHttp2(this.#req)) this.#res.end(sent)
    else endInOneWrite(this.#res, sent)
  }

  /** True while more of a body is to come that no route asked for (404, 415, a GET). */
  #isUnread(): boolean {
    return !this.#isRead && !this.#req.complete && this.hasBody
  }

  /**
   * Closing a socket that holds unread bytes resets it, and the sender would lose the answer. So they are read first, here
   * and not by Node, which has no bound for them and would read on once the response has ended.
   */
  #finishAndDiscard(status: number, headers: MutableHeaders, body: string | Uint8Array | undefined): void {
    if (this.#refused) this.#res.shouldKeepAlive = false
    // The answer is complete before its end is written.
    else if (body === undefined && this.method !== 'HEAD' && status !== 204 && status !== 304) {
      headers['content-length'] = '0'
    }
    this.#writeHead(status, headers)
    if (body === undefined) this.#res.flushHeaders()
    else this.#res.write(body)
    if (this.#awaitsContinue) this.#res.end()
    else discardBody(this.#req, this.#host.limits, () => this.#endDiscarded())
  }

  #endDiscarded(): void {
    this.#res.end(() => {
      if (!this.#req.complete) this.#req.socket.destroy()
    })
  }

  openBody(status: number, headers: ReplyHeaders): BodySink {
    this.#claim()
    return this.#open(status, headers)
  }

  async replyWith(response: Response, headers: ReplyHeaders): Promise<void> {
    if (!this.#claim()) return void (await response.body?.cancel())
    await responseToNode(response, headers, {
      isHead: this.method === 'HEAD',
      open: (status, head, mayCompress) => this.#open(status, head, mayCompress),
      finish: (status, head) => this.#finish(status, head, undefined),
    })
  }

  #open(status: number, headers: ReplyHeaders, mayCompress = true): NodeBody {
    const head = mergeHeaders(headers)
    const coding = mayCompress ? this.#coding(headers) : undefined
    if (mayCompress && this.#host.compression) addVary(head, 'Accept-Encoding')
    if (coding !== undefined) {
      head['content-encoding'] = coding
      delete head['content-length']
    }
    if (this.#isUnread()) this.#res.shouldKeepAlive = false
    this.#writeHead(status, head)
    const body = new NodeResponseBody(this.#res, listener => whenClosed(this.#req, this.#res, listener))
    return coding === undefined ? body : new CodedBody(coding, body)
  }

  #coding(headers: ReplyHeaders): ContentCoding | undefined {
    if (!this.#host.compression || headers['content-encoding'] !== undefined) return undefined
    if (String(headers['cache-control'] ?? '').includes('no-transform')) return undefined
    return acceptToEncoding(this.#req.headers['accept-encoding'])
  }

  /** False when the peer has gone or an answer has left: nothing can be sent any more. */
  #claim(): boolean {
    if (this.#answered || this.#res.headersSent || this.#res.destroyed) return false
    this.#answered = true
    return true
  }

  #writeHead(status: number, headers: MutableHeaders): void {
    if (this.#host.isClosing()) this.#res.shouldKeepAlive = false
    keepListsOf(this.#res, headers)
    try {
      this.#res.writeHead(status, headers as Record<string, string | string[]>)
    } catch (error) {
      // Node refused a header: nothing was sent, so an error can still be answered.
      this.#answered = false
      throw error
    }
  }
}

/**
 * `res.end(text)` makes two writes, of which one is empty, and a vector of both, for which the system call takes longer. Here head and text
 * leave as one text, and the end finds nothing left to write.
 */
function endInOneWrite(res: ServerResponse, body: string | Uint8Array): void {
  res.write(body)
  res.socket?.uncork()
  res.end()
}

/** What middleware in front has set of these is part of the answer; of other headers, the route's win. */
function keepListsOf(res: ServerResponse, headers: MutableHeaders): void {
  // Almost always: nobody is in front.
  if (res.getHeaderNames().length === 0) return
  const vary = res.getHeader('vary')
  if (vary !== undefined) addVary(headers, String(vary))
  const cookies = res.getHeader('set-cookie')
  const own = headers['set-cookie']
  if (cookies !== undefined && own !== undefined) headers['set-cookie'] = [cookies, own].flat().map(String)
}

/** A request of `node:http2`, which looks like one of `node:http` in most respects. */
function isHttp2(req: IncomingMessage): req is IncomingMessage & Pick<Http2ServerRequest, 'stream'> {
  return req.httpVersionMajor === 2
}

/** As HTTP/1.1 has them (RFC 9113, section 8.3.1): no pseudo-headers, and `host`. */
function requestHeaders(req: IncomingMessage): HttpExchange['headers'] {
  const headers = req.headers as HttpExchange['headers']
  if (!isHttp2(req)) return headers
  const plain = Object.entries(headers).filter(([name]) => !name.startsWith(':'))
  const host = headers[':authority']
  return Object.fromEntries(host === undefined ? plain : [['host', host], ...plain])
}

/** Path and query. The absolute form (RFC 9112, section 3.2.2) must be accepted by servers, too. */
export function requestTarget({ url = '/' }: IncomingMessage): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*\/?/i, '/')
}

/** `http://host` */
export function requestOrigin({ socket, headers }: IncomingMessage): string {
  const { encrypted } = socket as { readonly encrypted?: boolean }
  return `${encrypted ? 'https' : 'http'}://${headers.host ?? headers[':authority'] ?? 'localhost'}`
}

/**
 * Calls back once when the response is over, well or not. A pipelined response has no socket yet and would not hear of
 * its end, so its connection is watched as well.
 */
function whenClosed(req: IncomingMessage, res: ServerResponse, listener: () => void): void {
  if (res.closed || res.destroyed || req.socket.destroyed) return listener()
  if (res.socket !== null) return void res.once('close', listener)
  const onClose = () => {
    res.off('close', onClose)
    req.socket.off('close', onClose)
    listener()
  }
  res.on('close', onClose)
  req.socket.on('close', onClose)
}
