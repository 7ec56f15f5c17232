// bigint, URL, RegExp and Error in → their form in JSON out, and back: what generated code calls for the rarer types.
import { isRegExp, isUrl } from './format-checks.ts'

/** Longest decimal text of a bigint, in characters: reading one takes more than linear time. */
const MAX_BIGINT_LENGTH = 4_096
const BIGINT_TEXT = /^(?:0|-?[1-9]\d*)$/

/** True of the decimal text that a bigint's `toString` gives, up to 4096 characters. */
export function isBigIntText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_BIGINT_LENGTH && BIGINT_TEXT.test(value)
}

/** True of the text of an absolute URL. */
export function isUrlText(value: unknown): boolean {
  return typeof value === 'string' && isUrl(value)
}

/** True of `/source/flags` that makes an expression. */
export function isRegExpText(value: unknown): boolean {
  if (typeof value !== 'string' || !value.startsWith('/')) return false
  const end = value.lastIndexOf('/')
  // `new RegExp('')` prints itself as `(?:)`, because `//` starts a comment.
  return end > 1 && isRegExp(value.slice(1, end), value.slice(end + 1))
}

export function textToRegExp(text: string): RegExp {
  const end = text.lastIndexOf('/')
  return new RegExp(text.slice(1, end), text.slice(end + 1))
}

interface ErrorJson {
  readonly name: string
  readonly message: string
}

/** True of an object with a `name` and a `message`; anything else in it is ignored. */
export function isErrorJson(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, message } = value as Partial<ErrorJson>
  return typeof name === 'string' && typeof message === 'string'
}

/** True of an Error whose name and message are strings. */
export function isError(value: unknown): boolean {
  return value instanceof Error && isErrorJson(value)
}

/** Never the stack, the cause or what else an error may carry. */
export function errorToJson({ name, message }: Error): ErrorJson {
  return { name, message }
}

/** An Error with that name and message; its stack is this one. Neither shows up in `Object.keys`, as usual. */
export function jsonToError({ name, message }: ErrorJson): Error {
  const error = new Error(message)
  if (name !== 'Error') {
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  }
  return error
}
