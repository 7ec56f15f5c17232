// What the emitted client imports.
export type {
  CallOptions,
  ClientOptions,
  ClientRoute,
  ClientRoutes,
  HeadersOption,
  RetryOptions,
  RpcStream,
} from './client/client-route.ts'
export { createRpcClient } from './client/create-client.ts'
export { type ErrorCode, type Issue, RpcError } from './errors.ts'
