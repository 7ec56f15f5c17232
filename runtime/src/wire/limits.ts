// Every bound of the runtime, with its name, default and the code it answers with. This file is the security policy.

/** Timers hold 31 bits of ms (HTML Living Standard, "timers"): one that is set for longer fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1

// The client's bounds, described below. One by one, since a bundler carries an object whole, and above all objects, since esbuild puts numbers in their places only there.
export const CALL_TIMEOUT = 30_000
export const STREAM_SILENCE = 45_000
export const RETRY_ATTEMPTS = 2
export const RETRY_DELAY = 200
export const RETRY_MAX_DELAY = 5_000
export const MAX_RECORD_LENGTH = 16_777_216

// Of its sockets.
export const CONNECT_TIMEOUT = 10_000
export const RECONNECT_DELAY = 1_000
export const MAX_RECONNECT_DELAY = 30_000
export const CREDIT = 1_024
export const MAX_OUTBOX_BYTES = 1_048_576
export const MESSAGE_BATCH_BYTES = 65_536
export const MESSAGE_BATCH_FRAMES = 512
export const ACKNOWLEDGE_MESSAGES = 64
export const ACKNOWLEDGE_BYTES = 131_072

/** Most reads that one message of a socket may come in: `least`, and one for every `bytes` of `maxMessageBytes`. Beyond: close code 1008. */
export const MESSAGE_READS = { least: 1_024, bytes: 64 } as const

/** Server bounds. Each can be set per `serve` / `createNodeHandler` / `createFetchHandler`. PROTOCOL.md, "Limits". */
export const SERVER_LIMITS = {
  /** Largest request body, in bytes, after decoding. Beyond: PAYLOAD_TOO_LARGE. */
  maxBodyBytes: 1_048_576,
  /** Longest path plus query, in characters. Beyond: BAD_REQUEST. */
  maxUrlLength: 8_192,
  /** Most query parameters of one request. Beyond: BAD_REQUEST. */
  maxQueryParameters: 256,
  /** Deepest nesting of a JSON body, in levels. Beyond: BAD_REQUEST. */
  maxBodyDepth: 64,
  /** Most mismatches reported for one value; the rest is cut. */
  maxIssues: 20,
  /** Time to receive a whole body, in ms. Beyond: TIMEOUT. */
  bodyTimeout: 30_000,
  /** A body that was refused is still read and dropped up to this many bytes, so that its sender sees the answer. */
  discardBytes: 16_777_216,
  /** The same in time, in ms: then the connection is destroyed. */
  discardTime: 2_000,
  /** A stream's batch is written once it holds this many bytes, whatever the turn. */
  streamBatchBytes: 65_536,
  /** A stream gives the event loop back after this many ms of items that are ready at once. */
  streamTurnTime: 5,
  /** Silence after which a stream sends a keep-alive, in ms. 0: never. */
  keepAliveInterval: 15_000,
  /** Smallest result that is worth compressing, in bytes. */
  compressionThreshold: 1_024,
  /** Most sessions of sockets, parked ones among them. Beyond: UNAVAILABLE, unless a parked one can be ended for it. */
  maxSockets: 10_000,
  /** Time from the upgrade to `ready`: the client's first frame, middleware and `onConnect`, in ms. Beyond: TIMEOUT. */
  openTimeout: 10_000,
  /** Largest message of a socket, in bytes. Beyond: close code 1009. */
  maxMessageBytes: 1_048_576,
  /** Most frames in one message of a socket. Beyond: BAD_REQUEST, and the socket is closed. */
  maxMessageFrames: 1_024,
  /** Most requests of a session that run at once. Beyond: TOO_MANY_REQUESTS. As many notifications: then it is not read. */
  maxCallsInFlight: 128,
  /** Most subscriptions of a session. Beyond: TOO_MANY_REQUESTS. */
  maxSubscriptions: 64,
  /** Most items that a client may allow to be sent ahead, for each subscription. Beyond: BAD_REQUEST, and the socket is closed. */
  maxCredit: 65_536,
  /** Most bytes of a session that are sent and not acknowledged, or wait in its socket. Beyond: its generators are not pulled. */
  maxUnacknowledgedBytes: 1_048_576,
  /** A message is sent once its frames hold this many bytes, whatever the turn. */
  messageBatchBytes: 65_536,
  /** The same in frames: fewer than a peer's `maxMessageFrames`. */
  messageBatchFrames: 512,
  /** Most sessions that send what a turn has made for them before the event loop runs. A topic may reach thousands. */
  turnSessions: 256,
  /** Numbered messages after which an acknowledgement is sent by itself. */
  acknowledgeMessages: 64,
  /** The same in bytes. */
  acknowledgeBytes: 131_072,
  /** Silence of either side after which a server sends `ping`, in ms. */
  heartbeatInterval: 15_000,
  /** Silence after a `ping` after which the socket counts as lost, in ms. */
  heartbeatTimeout: 10_000,
  /** Time that a session without a socket waits to be resumed, in ms. */
  resumeWindow: 30_000,
  /** Time that `server.close()` gives calls in flight, in ms, before it aborts them. */
  closeDeadline: 10_000,
  /** Time that it gives those it aborted, in ms, to clean up: `finally` blocks and handlers that heed their signal. */
  closeGrace: 1_000,
} as const

/** Longest `items` record that a server writes, in characters: a slow line brings items little by little, and a longer one would save nothing. */
export const MAX_ITEMS_LENGTH = 8_192

export type ServerLimits = { readonly [K in keyof typeof SERVER_LIMITS]: number }

/** Client bounds. */
export const CLIENT_LIMITS = {
  /** Time to the response's head and, for unary calls, its body, in ms. 0: none. Beyond: TIMEOUT. */
  timeout: CALL_TIMEOUT,
  /** Silence on a stream after which it counts as cut, in ms: three keep-alives. Beyond: UNAVAILABLE. */
  streamSilence: STREAM_SILENCE,
  /** Attempts after the first one, of calls that may be repeated. */
  retryAttempts: RETRY_ATTEMPTS,
  /** First pause before a retry, in ms; doubled each time, with jitter. */
  retryDelay: RETRY_DELAY,
  /** Longest pause before a retry, in ms. */
  retryMaxDelay: RETRY_MAX_DELAY,
  /** Longest single record of a stream, in characters. Beyond: PAYLOAD_TOO_LARGE. */
  maxRecordLength: MAX_RECORD_LENGTH,
} as const

// Bounds of MessagePack at either end, one by one as well.

/** Deepest nesting of what is written, and of what a client reads, in levels. */
export const PACKED_DEPTH = 1_000
/** Bytes of the first buffer that values are written to; it doubles. */
export const PACKED_FIRST_BYTES = 256
/** Largest buffer that is kept, or made before it is known to be needed, in bytes. */
export const PACKED_KEPT_BYTES = 65_536
/** Most keys of maps that a reader remembers: a power of two. */
export const PACKED_KEYS = 256
/** Longest key that it remembers, in bytes. */
export const PACKED_KEY_BYTES = 32

/** Client bounds of sockets. */
export const SOCKET_CLIENT_LIMITS = {
  /** Time from opening to `ready`, in ms. Beyond: the attempt has failed. */
  connectTimeout: CONNECT_TIMEOUT,
  /** First pause before a reconnect, in ms; doubled each time, with full jitter. */
  reconnectDelay: RECONNECT_DELAY,
  /** Longest such pause, in ms. */
  maxReconnectDelay: MAX_RECONNECT_DELAY,
  /** Most attempts in a row. Beyond: UNAVAILABLE, and the socket is closed for good. */
  maxReconnectAttempts: Infinity,
  /** Items of a subscription that may be sent before the consumer has taken them. */
  credit: CREDIT,
  /** Bytes that wait to be sent or acknowledged. Beyond: UNAVAILABLE, thrown by `notify`. */
  maxOutboxBytes: MAX_OUTBOX_BYTES,
  /** A message is sent once its frames hold this many bytes, whatever the turn. */
  messageBatchBytes: MESSAGE_BATCH_BYTES,
  /** The same in frames: fewer than a peer's `maxMessageFrames`. */
  messageBatchFrames: MESSAGE_BATCH_FRAMES,
  /** Numbered messages after which an acknowledgement is sent by itself. */
  acknowledgeMessages: ACKNOWLEDGE_MESSAGES,
  /** The same in bytes. */
  acknowledgeBytes: ACKNOWLEDGE_BYTES,
} as const

/** Bounds of topics. */
export const TOPIC_LIMITS = {
  /** Values that may wait for a subscriber to read them. Beyond: UNAVAILABLE, unless it subscribed with another `overflow`. */
  buffer: 1_024,
} as const

/** Times of clients in tests, which wait for nothing that a network would need. */
export const TEST_LIMITS = {
  /** First pause before a retry, in ms. */
  retryDelay: 1,
  /** First pause before a reconnect, in ms. */
  reconnectDelay: 1,
  /** Longest such pause, in ms. */
  maxReconnectDelay: 16,
  /** Time that `close` gives calls to end by themselves, in ms. */
  closeDeadline: 0,
} as const
