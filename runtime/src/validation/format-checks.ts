// A string in → whether it has a format of JSON Schema's vocabulary (2020-12, validation, section 7.3) out, in linear time.

type Check = (text: string) => boolean

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** RFC 3339, section 5.6, `full-date`. */
export function isDate(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = text.match(DATE)?.map(Number) ?? []
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day >= 1 && day <= (month === 2 && !isLeap ? 28 : (DAYS[month - 1] ?? 0))
}

/** RFC 3339, section 5.6, `full-time`. A leap second ends a day in UTC. */
export function isTime(text: string): boolean {
  const match = TIME.exec(text)
  if (!match) return false
  const [hour, minute, second, , offsetHour, offsetMinute] = match.slice(1).map(part => Number(part ?? 0))
  if (hour! > 23 || minute! > 59 || offsetHour! > 23 || offsetMinute! > 59) return false
  if (second! < 60) return true
  const offset = (offsetHour! * 60 + offsetMinute!) * (match[4] === '-' ? -1 : 1)
  return second === 60 && (hour! * 60 + minute! - offset + 1440) % 1440 === 1439
}

function isDateTime(text: string): boolean {
  return (text[10] === 'T' || text[10] === 't') && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}

/** RFC 3339, appendix A. */
const DURATION =
  /^P(?:(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?|T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)|\d+W)$/

const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
const QUOTED = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/

/** RFC 5321, section 4.1.2, `Mailbox`; a part before the `@` has at most 64 octets (section 4.5.3.1.1). */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  if (local.length > 64 || !(ATOMS.test(local) || QUOTED.test(local))) return false
  if (!domain.startsWith('[')) return isHostname(domain)
  if (!domain.endsWith(']')) return false
  const address = domain.slice(1, -1)
  return /^IPv6:/i.test(address) ? isIpv6(address.slice(5)) : isIpv4(address)
}

const LABELS = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i

/** RFC 1123, section 2.1: at most 253 characters in labels of at most 63. */
function isHostname(text: string): boolean {
  return text.length <= 253 && LABELS.test(text)
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** RFC 2673, section 3.2, `dotted-quad`. */
function isIpv4(text: string): boolean {
  return text.length <= 15 && IPV4.test(text)
}

/** RFC 4291, section 2.2, without a zone. */
function isIpv6(text: string): boolean {
  if (text.length > 45) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map(half => (half === '' ? [] : half.split(':')))
  const all = groups.flat()
  const last = all.at(-1)
  const endsInIpv4 = last !== undefined && !text.endsWith('::') && isIpv4(last)
  const plain = endsInIpv4 ? all.slice(0, -1) : all
  const count = plain.length + (endsInIpv4 ? 2 : 0)
  return (
    plain.every(group => /^[\da-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count <= 7 : count === 8)
  )
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/** RFC 3986, appendix B: scheme, authority, path, query, fragment. It matches everything. */
const URI_PARTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/
const NO_PATH = /[^\w\-.~!$&'()*+,;=:@/%]|%(?![\da-f]{2})/i
const NO_QUERY = /[^\w\-.~!$&'()*+,;=:@/?%]|%(?![\da-f]{2})/i
const NO_USER = /[^\w\-.~!$&'()*+,;=:%]|%(?![\da-f]{2})/i
const NO_HOST = /[^\w\-.~!$&'()*+,;=%]|%(?![\da-f]{2})/i

function isUriReference(text: string): boolean {
  const [, scheme, authority, path = '', query = '', fragment = ''] = URI_PARTS.exec(text) ?? []
  if (scheme !== undefined && !/^[a-z][a-z\d+.-]*$/i.test(scheme)) return false
  if (NO_PATH.test(path) || NO_QUERY.test(query) || NO_QUERY.test(fragment)) return false
  // Without a scheme, the first segment must not read as one (section 4.2).
  if (scheme === undefined && authority === undefined && /^[^/]*:/.test(path)) return false
  return authority === undefined || isAuthority(authority)
}

function isUri(text: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(text) && isUriReference(text)
}

/** RFC 3986, section 3.2. */
function isAuthority(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (NO_USER.test(text.slice(0, Math.max(at, 0)))) return false
  const hostAndPort = text.slice(at + 1)
  const host = hostAndPort.replace(/:\d*$/, '')
  if (!host.startsWith('[')) return !NO_HOST.test(host)
  const literal = host.endsWith(']') ? host.slice(1, -1) : ''
  return isIpv6(literal) || /^v[\da-f]+\.[\w\-.~!$&'()*+,;=:]+$/i.test(literal)
}

/**
 * Longest name of a host as it is written, in characters. Domains have 253 octets at most (RFC 1035, section 2.3.4), but parsers do not
 * look, and what they do with names in Unicode grows with the square of their length: a minute for a megabyte.
 */
const MAX_HOST_LENGTH = 1_024

/** An absolute URL, as the WHATWG's parser takes it, unless the name of its host is longer than any there is. */
export function isUrl(text: string): boolean {
  if (text.length > MAX_HOST_LENGTH && hasLongHost(text)) return false
  try {
    return new URL(text).href !== ''
  } catch (_notAnUrl) {
    return false
  }
}

/** Of schemes whose hosts are names of domains. WHATWG URL, "URL parsing": slashes lean either way and may be missing; tabs and line ends are left out. */
function hasLongHost(text: string): boolean {
  const plain = text.replace(/[\t\n\r]/g, '')
  const [scheme = ''] = plain.split(':', 1)
  if (!/(?:https?|wss?|ftp|file)$/i.test(scheme)) return false
  const [authority = ''] = plain
    .slice(scheme.length + 1)
    .replace(/^[/\\]+/, '')
    .split(/[/\\?#]/, 1)
  return authority.length - 1 - authority.lastIndexOf('@') > MAX_HOST_LENGTH
}

/** RFC 6901, section 3. */
function isJsonPointer(text: string): boolean {
  return (text === '' || text.startsWith('/')) && !/~(?![01])/.test(text)
}

/** draft-handrews-relative-json-pointer-01. */
function isRelativeJsonPointer(text: string): boolean {
  const [steps] = /^(?:0|[1-9]\d*)/.exec(text) ?? []
  return steps !== undefined && (text.slice(steps.length) === '#' || isJsonPointer(text.slice(steps.length)))
}

/** True of the source and flags of an expression that can be made. */
export function isRegExp(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags).flags === flags
  } catch (_notAnExpression) {
    return false
  }
}

/** The formats that are there without `addStringFormat`: `StringFormat` in tags.ts. */
export const FORMAT_CHECKS: Readonly<Record<string, Check>> = {
  date: isDate,
  'date-time': isDateTime,
  duration: text => DURATION.test(text),
  email: isEmail,
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  'json-pointer': isJsonPointer,
  regex: text => isRegExp(text, 'u'),
  'relative-json-pointer': isRelativeJsonPointer,
  time: isTime,
  uri: isUri,
  'uri-reference': isUriReference,
  url: isUrl,
  uuid: text => UUID.test(text),
}
