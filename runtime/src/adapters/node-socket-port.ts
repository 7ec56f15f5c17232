// A WebSocket of `ws` and the connection it runs over → one SocketPort, whose messages of one go leave in one system call.
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket } from 'ws'
import type { Encoded } from '../wire/socket-framing.ts'
import type { PortEvents, SocketPort } from '../wire/socket-port.ts'
import type { PendingWrites, SocketWrites } from './node-socket-writes.ts'

/** What the sockets of one server share. */
export interface SocketPortOwner {
  readonly writes: SocketWrites
  /** The connection has ended. */
  onGone(port: NodeSocketPort): void
}

/** Knows its port, so that all share their listeners: a function for each would be kept for each. */
export class PortWebSocket extends WebSocket {
  port?: NodeSocketPort
}

/** Where a connection keeps its WebSocket. */
const WEB_SOCKET = Symbol('alien-rpc.webSocket')

/** Written behind a frame, to hear when that has left. */
const NOTHING = Buffer.alloc(0)

/** Someone waits until no more than `target` bytes are buffered. */
interface DrainWait {
  readonly target: number
  readonly listener: () => void
}

export class NodeSocketPort implements SocketPort, PendingWrites {
  readonly #ws: PortWebSocket
  readonly #connection: Duplex
  readonly #owner: SocketPortOwner
  #events: PortEvents | undefined
  /** 'closing': the owner has ended it and is told no more messages. 'gone': it was told that all is over. */
  #state: 'open' | 'closing' | 'gone' = 'open'
  #isPaused = false
  /** What the connection had brought in before it was paused: no more than one read of it. */
  #held: Encoded[] | undefined
  #drainWaits: DrainWait[] | undefined
  /** Frames that are written when the code that runs now has returned. */
  #pending: Buffer[] | undefined
  #pendingBytes = 0
  /** While each write was taken by the kernel at once. */
  #isQuick = true
  /** The last write was not, and may still wait. */
  #isHeldUp = false

  /** Takes over both: closing, errors and half-closed peers are seen to. `listen` follows in the same turn. */
  constructor(ws: PortWebSocket, connection: Duplex, owner: SocketPortOwner) {
    ws.port = this
    this.#ws = ws
    this.#owner = owner
    this.#connection = connection
    ws.on('message', onMessage)
    ws.on('error', onError)
    ws.on('close', onClose)
    Object.assign(connection, { [WEB_SOCKET]: ws })
    // In place of the listener of `ws`, the last one, which waits for a peer that has gone without a word. A third listener would take 160 bytes.
    const [theirs] = connection.listeners('end').slice(-1)
    if (theirs !== undefined) connection.off('end', theirs as () => void)
    connection.on('end', onEnd)
  }

  listen(events: PortEvents): void {
    this.#events = events
  }

  /** Asked before each item that is made: `ws` and the connection are asked only while they hold something of what was written. */
  get bufferedBytes(): number {
    return this.#state === 'gone' ? 0 : this.#pendingBytes + (this.#isHeldUp ? this.#heldUpBytes() : 0)
  }

  #heldUpBytes(): number {
    const bytes = this.#ws.bufferedAmount
    this.#isHeldUp = bytes > 0
    return bytes
  }

  get bytesRead(): number {
    return (this.#connection as Partial<Socket>).bytesRead ?? 0
  }

  send(message: Encoded): void {
    if (this.#state !== 'open') return
    const frame = this.#owner.writes.frameOf(message)
    this.#pendingBytes += frame.length
    if (this.#pending !== undefined) this.#pending.push(frame)
    else {
      this.#pending = [frame]
      this.#owner.writes.add(this)
    }
  }

  /**
   * Past `ws`, whose own `send` makes two writes of each message: it keeps no queue that these could overtake, for nothing is compressed.
   * After a close frame of either side nothing may follow.
   */
  writePending(): void {
    const frames = this.#pending
    this.#pending = undefined
    this.#pendingBytes = 0
    if (frames === undefined || this.#ws.readyState !== this.#ws.OPEN) return
    const [first] = frames
    if (this.#isQuick && first !== undefined && frames.length === 1 && this.#isSmall(first))
      return this.#writeQuickly(first)
    if (frames.length > 1) this.#connection.cork()
    // A function for each write, because one that is kept is kept by every idle socket.
    for (const frame of frames) this.#connection.write(frame, () => this.#checkDrains())
    if (frames.length > 1) this.#connection.uncork()
    this.#isHeldUp = this.#connection.writableLength > 0
  }

  /** Of larger ones a waiter hears as soon as each has left. */
  #isSmall(frame: Buffer): boolean {
    return frame.length < this.#connection.writableHighWaterMark && this.#connection.writableLength === 0
  }

  /**
   * Without a function that is called once it is written: what the kernel takes at once leaves nothing to be waited for, and the function would
   * cost a tick for each socket, a twelfth of a broadcast.
   */
  #writeQuickly(frame: Buffer): void {
    this.#connection.write(frame)
    if (this.#connection.writableLength === 0) return this.#checkDrains()
    // Not taken, by a peer that reads slowly or for encryption: somebody may wait for this one, and further ones are likely to be no quicker.
    this.#isQuick = false
    this.#isHeldUp = true
    this.#connection.write(NOTHING, () => this.#checkDrains())
  }

  onDrain(listener: () => void): void {
    this.#drainWaits ??= []
    this.#drainWaits.push({ target: this.bufferedBytes / 2, listener })
    if (this.bufferedBytes === 0) queueMicrotask(() => this.#checkDrains())
  }

  pause(): void {
    if (this.#state !== 'open' || this.#isPaused) return
    this.#isPaused = true
    this.#ws.pause()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    // Never within the call: the owner may be in the middle of a message.
    queueMicrotask(() => this.#goOn())
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return
    this.writePending()
    this.#end()
    this.#ws.close(code, reason)
    // The peer's close frame has to be read, even where nothing else is.
    this.#ws.resume()
  }

  terminate(): void {
    this.#end()
    this.#ws.terminate()
  }

  #end(): void {
    if (this.#state === 'open') this.#state = 'closing'
    this.#isPaused = false
    this.#held = undefined
  }

  /** For the listeners of its WebSocket, as is `finish`. */
  receive(data: RawData, isBinary: boolean): void {
    if (this.#state !== 'open') return
    // Whole messages are one Buffer: that is the `binaryType` of a WebSocket of `ws`.
    const message = isBinary ? (data as Buffer) : (data as Buffer).toString()
    if (this.#isPaused) {
      this.#held ??= []
      this.#held.push(message)
    } else this.#events?.message(message)
  }

  #goOn(): void {
    while (!this.#isPaused && this.#state === 'open') {
      const message = this.#held?.shift()
      if (message === undefined) return this.#ws.resume()
      this.#events?.message(message)
    }
  }

  /** What the peer had sent before it closed is told first. */
  finish(code: number, reason: string): void {
    if (this.#state === 'gone') return
    this.#isPaused = false
    for (const message of this.#held?.splice(0) ?? [])
      if (this.#state === 'open') this.#events?.message(message)
    this.#state = 'gone'
    this.#checkDrains()
    this.#events?.closed(code, reason)
  }

  /** No connection is left. */
  leave(): void {
    this.#owner.onGone(this)
  }

  /** After each write, so that a waiter hears of it as soon as half is gone. */
  #checkDrains(): void {
    if (this.#drainWaits === undefined) return
    const buffered = this.bufferedBytes
    const over = this.#drainWaits.filter(({ target }) => buffered <= target)
    if (over.length === 0) return
    const left = this.#drainWaits.filter(wait => !over.includes(wait))
    this.#drainWaits = left.length > 0 ? left : undefined
    for (const { listener } of over) listener()
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  portOf(this)?.receive(data, isBinary)
}

function onError(this: WebSocket, error: Error): void {
  portOf(this)?.finish(errorToCloseCode(error), error.message)
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  const port = portOf(this)
  port?.finish(code, reason.toString())
  port?.leave()
}

function onEnd(this: Duplex & { readonly [WEB_SOCKET]?: WebSocket }): void {
  const ws = this[WEB_SOCKET]
  if (ws?.readyState === WebSocket.OPEN) ws.terminate()
  else this.end()
}

/** Only sockets that have one are given these listeners. */
function portOf(ws: WebSocket): NodeSocketPort | undefined {
  return (ws as PortWebSocket).port
}

/** The code with which `ws` closes after what a peer should not have sent. Other errors are of the connection. */
function errorToCloseCode(error: Error & { readonly code?: string }): number {
  const { code = '' } = error
  if (!code.startsWith('WS_ERR_')) return 1006
  if (code === 'WS_ERR_INVALID_UTF8') return 1007
  if (code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS') return 1008
  return code.startsWith('WS_ERR_UNSUPPORTED_') ? 1009 : 1002
}
