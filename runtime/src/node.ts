// What a server on Node imports.
export {
  createNodeHandler,
  type NodeHandler,
  type NodeOptions,
} from './adapters/node-http.ts'
export { type ServeOptions, type Server, serve } from './adapters/node-server.ts'
export type { RoutesInput } from './server/modules-to-routes.ts'
export type { CloseOptions, CorsOptions, ErrorPlace, ServerOptions } from './server/server-options.ts'
export { SERVER_LIMITS, type ServerLimits } from './wire/limits.ts'
