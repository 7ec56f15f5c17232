// The author API's types: what a handler and a middleware get and may return.

/** The part of a URL path that a pattern names: `/users/:id` → `{ id: string }`. */
export type PathArgs<Path extends string> = { [K in PathParam<Path>]: string }
type PathParam<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? SegmentParam<Head> | PathParam<Tail>
  : SegmentParam<Path>
type SegmentParam<Segment extends string> = Segment extends `:${infer Name}`
  ? Name
  : Segment extends `*${infer Name}`
    ? Name
    : never

/** What every handler and middleware of an HTTP route can see. Built when read. */
export interface RouteContext {
  /** Request headers by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly url: URL
  readonly method: string
  /** Aborted when the client goes away, the call is cancelled or the server shuts down. */
  readonly signal: AbortSignal
  /** The peer's address as the socket reports it; proxies are not looked through. */
  readonly remoteAddress: string | undefined
  /** Status and headers of the response, to be set before the first item or the result. */
  readonly response: ResponseHead
  /** The id of the last item a resuming client has seen (`Last-Event-ID`); streams only. */
  readonly lastEventId: string | undefined
}

export interface ResponseHead {
  /** Defaults to 200, or 204 for a result of `undefined`. */
  status: number | undefined
  /** By lower-case name. An array sends the header several times. */
  readonly headers: Record<string, string | readonly string[]>
}

/**
 * Runs before the handler, in order. What it returns is added to the context; it may also assign to the context.
 * A throw answers the call and no handler runs.
 */
export type Middleware<Context = RouteContext, Additions = unknown> = (
  context: Context,
) => Additions | Promise<Additions>

// biome-ignore lint/suspicious/noExplicitAny: a middleware may ask for any context; the builder checks it against its own
export type AnyMiddleware = (context: any) => unknown

/** The context after these middlewares ran. A middleware that takes `any` makes it `any`. */
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
  /** Run after those of the builder and before the handler. */
  readonly middleware?: Chain
  /**
   * Refuse arguments with properties that their type does not declare, at any depth, and such names in a query, instead of
   * dropping those. Read at compile time, so it is written as `true` or `false` in the call. Default false.
   */
  readonly strict?: boolean
  /**
   * What the emitted client speaks to this route, unless a call says otherwise. Read at compile time, too. A server answers
   * in whatever format it is asked for. Default: what `createClient` was given.
   */
  readonly framing?: 'json' | 'msgpack'
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A declared route. What it accepts and returns is known to the compiler and to the emitted client. */
export interface Route {
  readonly '~alienRpc': 'route'
  readonly method: HttpMethod
  readonly path: string
}

export interface RouteMethod<Context> {
  <const Path extends string, Args = PathArgs<Path>>(path: Path, handler: Handler<Args, Context>): Route
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

/** Declares routes. `use` gives a builder whose handlers see what the middleware added. */
export interface RouteBuilder<Context = RouteContext> {
  readonly '~alienRpc': 'builder'
  readonly get: RouteMethod<Context>
  readonly post: RouteMethod<Context>
  readonly put: RouteMethod<Context>
  readonly patch: RouteMethod<Context>
  readonly delete: RouteMethod<Context>
  readonly ws: SocketMethod<Context>
  use<const Chain extends readonly ((context: Context) => unknown)[]>(
    ...middleware: Chain
  ): RouteBuilder<ContextWith<Context, Chain>>
}

/**
 * What middleware and handlers of a socket route can see. One for the whole session, also when it goes on over another connection:
 * what is assigned to it is there in all later calls. Each call sees it with a `signal` and a `lastEventId` of its own.
 */
export interface SocketContext<Path extends string = string>
  extends Omit<RouteContext, 'response' | 'signal' | 'lastEventId'> {
  /** Known to other sessions too, if told: not the secret with which the session is resumed. */
  readonly id: string
  readonly params: PathArgs<Path>
  /**
   * In `onMessage`, `onRequest` and `onSubscribe`: aborted when that call is cancelled or its session ends. Elsewhere: when the
   * session ends. A lost connection is no end while the session can be resumed.
   */
  readonly signal: AbortSignal
  /** In `onSubscribe`: the id of the last item that a restarting client has seen. */
  readonly lastEventId: string | undefined
}

/** Why a session has ended: the close code of its last socket, or 1006 when it was not resumed in time. */
export interface SocketClose {
  readonly code: number
  readonly reason: string
}

/**
 * The handlers of a socket route. Types are read from their first parameters, which must be annotated; a handler without one takes no
 * value, and one that is absent refuses what it would have handled. Any of them may be async.
 */
export interface SocketDefinition<
  Context,
  Chain extends readonly AnyMiddleware[] = readonly AnyMiddleware[],
> {
  /**
   * Run after those of the builder, when the client's headers are known. A throw refuses the socket. Run again, on a context that is
   * dropped afterwards (its `signal` is aborted), when a session is resumed.
   */
  readonly middleware?: Chain
  /** As in RouteOptions: read at compile time. */
  readonly framing?: 'json' | 'msgpack'
  /** Once for each session, before any frame is handled. A throw refuses the socket. */
  onConnect?(context: ContextWith<Context, Chain>): unknown
  // biome-ignore lint/suspicious/noExplicitAny: the compiler reads and validates the declared type
  onMessage?(message: any, context: ContextWith<Context, Chain>): unknown
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onRequest?(request: any, context: ContextWith<Context, Chain>): unknown
  /** Returns an async iterable, or a function that returns one; or a promise of either. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onSubscribe?(subscription: any, context: ContextWith<Context, Chain>): unknown
  /** Once for each `onConnect` that did not throw, when the session is over. `context.signal` is aborted by then. */
  onClose?(context: ContextWith<Context, Chain>, close: SocketClose): unknown
}

/** A declared socket route. */
export interface SocketRoute {
  readonly '~alienRpc': 'socket'
  readonly path: string
}

/** What a builder's middleware added, on top of what a socket's context has. */
export type SocketContextOf<Context, Path extends string> =
  IsAny<Context> extends true ? Context : Omit<Context, keyof RouteContext> & SocketContext<Path>

export type SocketMethod<Context> = <
  const Path extends string,
  const Chain extends readonly ((context: SocketContextOf<Context, Path>) => unknown)[] = readonly [],
>(
  path: Path,
  definition: SocketDefinition<SocketContextOf<Context, Path>, Chain>,
) => SocketRoute
