// The author API's types: what a handler and a middleware get and may return.

/** The arguments of a handler that declares none: the path's parameters as text. `/users/:id` → `{ id: string }`. */
export type PathArgs<Path extends string> = { [K in PathParam<Path>]: string }
type PathParam<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? SegmentParam<Head> | PathParam<Tail>
  : SegmentParam<Path>
type SegmentParam<Segment extends string> = Segment extends `:${infer Name}`
  ? Name
  : Segment extends `*${infer Name}`
    ? Name
    : never

/** What middleware and the handler of an HTTP route get about the call. Properties that cost something are built when they are first read. */
export interface RouteContext {
  /** Request headers by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The whole URL, by the `Host` header. Behind a proxy, the scheme is that of the connection from the proxy. */
  readonly url: URL
  /** In upper case: `GET`, or `HEAD` on a GET route. */
  readonly method: string
  /** Aborted when the client goes away, or at the deadline of a server that closes. Pass it to what the handler awaits. */
  readonly signal: AbortSignal
  /** The address of the peer. Behind a proxy that is the proxy's: read `x-forwarded-for` yourself if your proxy sets it. */
  readonly remoteAddress: string | undefined
  /** Status and headers to answer with. Set them before the handler returns; those of a stream before its first item. */
  readonly response: ResponseHead
  /** In a stream: the id of the last item that a resuming client has seen (`Last-Event-ID`), else undefined. See `tracked`. */
  readonly lastEventId: string | undefined
}

export interface ResponseHead {
  /** 200 to 599. Default: 200, or 204 for a result of `undefined`. Errors have the status of their code. */
  status: number | undefined
  /** By lower-case name: `response.headers['cache-control'] = 'no-store'`. An array sends the header several times. */
  readonly headers: Record<string, string | readonly string[]>
}

/**
 * Runs before the handler, and before the body is read and arguments are validated. What it returns is added to the context, with its type.
 * If it throws, that error is the answer and no handler runs. It never runs after or around the handler.
 */
export type Middleware<Context = RouteContext, Additions = unknown> = (
  context: Context,
) => Additions | Promise<Additions>

// biome-ignore lint/suspicious/noExplicitAny: a middleware may ask for any context; the builder checks it against its own
export type AnyMiddleware = (context: any) => unknown

/** The context after a chain of middleware has run. Middleware whose parameter is `any` makes it `any`. */
export type ContextWith<Context, Chain extends readonly AnyMiddleware[]> = Chain extends readonly [
  infer First extends AnyMiddleware,
  ...infer Rest extends readonly AnyMiddleware[],
]
  ? ContextWith<Merge<Context, AdditionsOf<First>>, Rest>
  : Context

type IsAny<T> = 0 extends 1 & T ? true : false
type Merge<Context, Additions> =
  IsAny<Additions> extends true ? Additions : Omit<Context, keyof Additions> & Additions
type AdditionsOf<M extends AnyMiddleware> =
  IsAny<Parameters<M>[0]> extends true ? Parameters<M>[0] : Normalize<Awaited<ReturnType<M>>>
// Additions that a middleware makes only sometimes are optional.
type Normalize<Result> = [Extract<Result, object>] extends [never]
  ? unknown
  : [Result] extends [object]
    ? Result
    : Partial<Extract<Result, object>>

export type Handler<Args, Context> = (args: Args, context: Context) => unknown

export interface RouteOptions<Chain extends readonly AnyMiddleware[] = readonly AnyMiddleware[]> {
  /** Runs after the builder's middleware and before the handler, in order. */
  readonly middleware?: Chain
  /**
   * Refuses arguments with undeclared properties, at any depth, and undeclared names in a query, with BAD_REQUEST. Otherwise they are
   * dropped. The compiler reads it, so write a literal `true` or `false`. Default false.
   */
  readonly strict?: boolean
  /**
   * What the generated client uses for this route, unless a call says otherwise. The compiler reads it, so write a literal. The server
   * answers in whatever format it is asked for. Default: the `framing` of `createClient`.
   */
  readonly framing?: 'json' | 'msgpack'
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A declared route. The compiler and the generated client know what it accepts and returns. */
export interface Route {
  readonly '~alienRpc': 'route'
  readonly method: HttpMethod
  readonly path: string
}

export interface RouteMethod<Context> {
  /**
   * Declares a route. The handler's first parameter is one object: path parameters by name, with the query (GET, DELETE) or the body (POST,
   * PUT, PATCH). The compiler turns its type into the validation. The handler returns a value, an async iterable (a stream), a web `Response`,
   * or a promise of these. Export the route from the top level of a module: its name is the client's method.
   */
  <const Path extends string, Args = PathArgs<Path>>(path: Path, handler: Handler<Args, Context>): Route
  /** Declares a route with options: `{ strict: true }`, `{ middleware: [audit] }`, `{ framing: 'msgpack' }`. Else as without. */
  <
    const Path extends string,
    const Chain extends readonly ((context: Context) => unknown)[] = readonly [],
    Args = PathArgs<Path>,
  >(
    path: Path,
    options: RouteOptions<Chain>,
    handler: Handler<Args, ContextWith<Context, Chain>>,
  ): Route
}

/** Declares routes whose handlers have a context of this type. */
export interface RouteBuilder<Context = RouteContext> {
  readonly '~alienRpc': 'builder'
  /**
   * `route.get(path, options?, handler)`. The handler's first parameter is one object: path parameters and the query, validated by its type.
   * It returns a value, an async iterable (a stream), a web `Response`, or a promise of these. Clients may repeat it, so it should have no effects.
   */
  readonly get: RouteMethod<Context>
  /**
   * `route.post(path, options?, handler)`. The handler's first parameter is path parameters and the body, validated by its type. It returns a
   * value, an async iterable (a stream), a web `Response`, or a promise of these. Clients never repeat it by themselves.
   */
  readonly post: RouteMethod<Context>
  /** Like `post`, but clients may repeat it, so a second call should change nothing. */
  readonly put: RouteMethod<Context>
  /** Like `post`. Clients never repeat it by themselves. */
  readonly patch: RouteMethod<Context>
  /** Like `get`: arguments come from the path and the query. Clients may repeat it, so a second call should change nothing. */
  readonly delete: RouteMethod<Context>
  /**
   * `route.ws(path, { onMessage, onRequest, onSubscribe, … })`: a WebSocket route. The first parameters of the handlers declare what clients may
   * send. The client's method opens a socket.
   */
  readonly ws: SocketMethod<Context>
  /** A new builder: its routes run this middleware after that of this builder, and their contexts have what it returns. */
  use<const Chain extends readonly ((context: Context) => unknown)[]>(
    ...middleware: Chain
  ): RouteBuilder<ContextWith<Context, Chain>>
}

/**
 * What middleware and handlers of a socket route get. There is one for the whole session, which may span several connections:
 * what is assigned to it is there in all later calls. `signal` and `lastEventId` are those of each call.
 */
export interface SocketContext<Path extends string = string>
  extends Omit<RouteContext, 'response' | 'signal' | 'lastEventId'> {
  /** Identifies the session. Not the secret that resumes it, so it may be shown to others. */
  readonly id: string
  /** Path parameters, as text. */
  readonly params: PathArgs<Path>
  /**
   * In `onMessage`, `onRequest` and `onSubscribe`: aborted when that call is cancelled or the session ends. Elsewhere: when the
   * session ends. A lost connection does not end the session while it can be resumed.
   */
  readonly signal: AbortSignal
  /** In `onSubscribe`: the id of the last item the client has seen, when a subscription starts again. See `tracked`. */
  readonly lastEventId: string | undefined
}

/** Why a session ended: the close code and reason of its last WebSocket, or 1006 if it was not resumed in time. */
export interface SocketClose {
  readonly code: number
  readonly reason: string
}

/**
 * The handlers of a socket route. Annotate their first parameters: they declare what clients may send. A handler without a parameter takes
 * no value. Without `onMessage`, `onRequest` or `onSubscribe`, clients cannot notify, request or subscribe. All may be async.
 */
export interface SocketDefinition<
  Context,
  Chain extends readonly AnyMiddleware[] = readonly AnyMiddleware[],
> {
  /**
   * Runs after the builder's middleware, once the client's headers are known. If it throws, the socket is refused. Runs again when a session
   * is resumed, on a context that is discarded afterwards.
   */
  readonly middleware?: Chain
  /** What the generated client uses for this socket: see RouteOptions. The compiler reads it, so write a literal. */
  readonly framing?: 'json' | 'msgpack'
  /** Runs once per session, after middleware and before any message is handled. If it throws, the socket is refused. */
  onConnect?(context: ContextWith<Context, Chain>): unknown
  /** Handles `socket.notify(message)`. Its result is not sent; what it throws is an `error` event of the client's socket. */
  // biome-ignore lint/suspicious/noExplicitAny: the compiler reads and validates the declared type
  onMessage?(message: any, context: ContextWith<Context, Chain>): unknown
  /** Handles `socket.request(request)`. What it returns or throws is the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onRequest?(request: any, context: ContextWith<Context, Chain>): unknown
  /** Handles `socket.subscribe(subscription)`. Returns an async iterable, a function that returns one, or a promise of either. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onSubscribe?(subscription: any, context: ContextWith<Context, Chain>): unknown
  /** Runs once when a session that `onConnect` let in has ended. `context.signal` is aborted by then. */
  onClose?(context: ContextWith<Context, Chain>, close: SocketClose): unknown
}

/** A declared socket route. The generated client has a method of its name that opens a socket. */
export interface SocketRoute {
  readonly '~alienRpc': 'socket'
  readonly path: string
}

/** The context of a socket, with what the builder's middleware added. */
export type SocketContextOf<Context, Path extends string> =
  IsAny<Context> extends true ? Context : Omit<Context, keyof RouteContext> & SocketContext<Path>

/** `route.ws(path, handlers)`: a WebSocket route. Export it by name, like other routes. */
export type SocketMethod<Context> = <
  const Path extends string,
  const Chain extends readonly ((context: SocketContextOf<Context, Path>) => unknown)[] = readonly [],
>(
  path: Path,
  definition: SocketDefinition<SocketContextOf<Context, Path>, Chain>,
) => SocketRoute
