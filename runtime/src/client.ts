// What the emitted client imports.

export { asBody, inBody, inQuery } from './client/arguments-to-request.ts'
export type {
  CallOptions,
  ClientOptions,
  HeadersOption,
  RequestOptions,
  RetryOptions,
  RpcSocket,
  RpcStream,
  SocketEvents,
  SubscribeOptions,
  WebSocketOptions,
} from './client/client-route.ts'
export type { ClientRoute, ClientRoutes } from './client/client-table.ts'
export { createRpcClient } from './client/create-client.ts'
export { openCall, openResponse } from './client/open-call.ts'
export { openSocket } from './client/open-socket.ts'
export { openStream } from './client/open-stream.ts'
export { chooseAnswer, socketNotify, socketRequest, socketSubscribe } from './client/socket-methods.ts'
export { type ErrorCode, type Issue, RpcError } from './errors.ts'
// What an emitted client imports only where its types need it.
export { base64ToBytes, bytesToBase64 } from './validation/base64.ts'
export { errorToJson, jsonToError, textToRegExp } from './validation/wire-text.ts'
