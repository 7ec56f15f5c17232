// An `Origin` and the cors setting → the CORS headers of an answer. Fetch Standard, "HTTP responses" of CORS.
import { addVary, type MutableHeaders } from './reply-headers.ts'
import type { CorsOptions } from './server-options.ts'

type RequestHeaders = Readonly<Record<string, string | undefined>>

/** Headers that every answer carries while CORS is on. */
export function corsHeaders(cors: CorsOptions, request: RequestHeaders): MutableHeaders {
  const headers: MutableHeaders = { vary: 'Origin' }
  const { origin } = request
  if (origin === undefined || !isAllowed(cors, origin)) return headers
  headers['access-control-allow-origin'] = cors.origin === '*' ? '*' : origin
  if (cors.credentials) headers['access-control-allow-credentials'] = 'true'
  if (cors.exposeHeaders?.length) headers['access-control-expose-headers'] = cors.exposeHeaders.join(', ')
  return headers
}

export function isPreflight(method: string, request: RequestHeaders): boolean {
  return (
    method === 'OPTIONS' &&
    request.origin !== undefined &&
    request['access-control-request-method'] !== undefined
  )
}

/** Headers of the answer to a preflight, in addition to those above. */
export function preflightHeaders(
  cors: CorsOptions,
  request: RequestHeaders,
  methods: readonly string[],
): MutableHeaders {
  const headers = corsHeaders(cors, request)
  if (headers['access-control-allow-origin'] === undefined) return headers
  headers['access-control-allow-methods'] = methods.join(', ')
  headers['access-control-max-age'] = String(cors.maxAge ?? 600)
  const allowed = cors.allowHeaders?.join(', ') ?? request['access-control-request-headers']
  if (allowed !== undefined) headers['access-control-allow-headers'] = allowed
  if (cors.allowHeaders === undefined) addVary(headers, 'Access-Control-Request-Headers')
  return headers
}

function isAllowed(cors: CorsOptions, origin: string): boolean {
  if (cors.origin === '*') return true
  return typeof cors.origin === 'function' ? cors.origin(origin) : cors.origin.includes(origin)
}
