// What an author of routes imports.
export { type ErrorCode, type Issue, RpcError, type RpcErrorOptions } from './errors.ts'
export { mergeStreams } from './merge-streams.ts'
export { route } from './route.ts'
export type {
  ContextWith,
  Handler,
  HttpMethod,
  Middleware,
  PathArgs,
  ResponseHead,
  Route,
  RouteBuilder,
  RouteContext,
  RouteMethod,
  RouteOptions,
  SocketClose,
  SocketContext,
  SocketDefinition,
  SocketMethod,
  SocketRoute,
} from './route-types.ts'
export * as t from './tags.ts'
export { createTopic, type Topic, type TopicSubscribeOptions } from './topic.ts'
export { type Tracked, tracked } from './tracked.ts'
export { addStringFormat } from './validation/formats.ts'
