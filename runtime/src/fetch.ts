// What a server on a fetch-style platform (Hono, Next, Bun, Deno, Workers) imports.
export { createFetchHandler, type FetchHandler } from './adapters/fetch.ts'
export type { FetchInfo } from './adapters/fetch-info.ts'
export type { RoutesInput } from './server/modules-to-routes.ts'
export type { CloseOptions, CorsOptions, ErrorPlace, ServerOptions } from './server/server-options.ts'
export { SERVER_LIMITS, type ServerLimits } from './wire/limits.ts'
