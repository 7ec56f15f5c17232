// An `Origin` and the cors setting → the CORS headers of an answer. Fetch Standard, "HTTP responses" of CORS.
import { addVary, isHeaderName, type MutableHeaders } from './reply-headers.ts'

export interface CorsOptions {
  /** Origins that may read answers and open sockets: `*`, a list, or a function. Exact, without a slash at the end: `https://app.example.com`. */
  readonly origin: '*' | readonly string[] | ((origin: string) => boolean)
  /** Allows cookies and HTTP authentication. Not together with the origin `*`. Default false. */
  readonly credentials?: boolean
  /** Request headers that a preflight allows. Default: those the preflight asks for. */
  readonly allowHeaders?: readonly string[]
  /** Response headers that pages may read, besides the safelisted ones and `Retry-After`. Default: none. */
  readonly exposeHeaders?: readonly string[]
  /** How long browsers may cache a preflight, in seconds. Default 600. */
  readonly maxAge?: number
}

type RequestHeaders = Readonly<Record<string, string | undefined>>

/** What is wrong with a setting that would never let anybody in, or that browsers refuse. */
export function corsProblem({
  origin,
  credentials,
  allowHeaders = [],
  exposeHeaders = [],
}: CorsOptions): string | undefined {
  if (credentials && origin === '*') return 'credentials need named origins, "*" is refused by browsers'
  const odd = [...allowHeaders, ...exposeHeaders].find(name => !isHeaderName(name))
  if (odd !== undefined) return `${JSON.stringify(odd)} is not a header name`
  const wrong = Array.isArray(origin) ? origin.find(text => !isOrigin(text)) : undefined
  if (wrong === undefined) return undefined
  return `${JSON.stringify(wrong)} is not an origin, so it would match none: write "https://app.example.com", without a path or a slash at the end`
}

/** As browsers serialize it (RFC 6454, section 6.2); apps without http have schemes of their own, and sandboxed pages are `null`. */
function isOrigin(text: unknown): boolean {
  if (typeof text !== 'string') return false
  if (!/^https?:/i.test(text)) return text === 'null' || /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*$/.test(text)
  return URL.canParse(text) && new URL(text).origin === text
}

/** Headers that every answer carries while CORS is on. */
export function corsHeaders(cors: CorsOptions, request: RequestHeaders): MutableHeaders {
  const headers: MutableHeaders = { vary: 'Origin' }
  const { origin } = request
  if (origin === undefined || !isAllowed(cors, origin)) return headers
  headers['access-control-allow-origin'] = cors.origin === '*' ? '*' : origin
  if (cors.credentials) headers['access-control-allow-credentials'] = 'true'
  headers['access-control-expose-headers'] = ['retry-after', ...(cors.exposeHeaders ?? [])].join(', ')
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

/** Throws what the setting's own function throws. */
export function isAllowed(cors: CorsOptions, origin: string): boolean {
  if (cors.origin === '*') return true
  return typeof cors.origin === 'function' ? cors.origin(origin) : cors.origin.includes(origin)
}
