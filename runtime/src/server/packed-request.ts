// A request that was read in → one text of its values, beside names that many requests share, and the request again, out.
import type { UpgradeRequest } from './upgrade-to-admission.ts'

/** What is kept of a request while nobody reads it: a quarter of what the object, its headers and their texts take. */
export interface PackedRequest {
  readonly values: string
  /** Of the headers. */
  readonly names: readonly string[]
}

/** Clients of one kind send headers of the same names: the last ones are shared. */
export class RequestPacker {
  #names: readonly string[] = []

  pack({ target, origin, remoteAddress, headers }: UpgradeRequest): PackedRequest {
    const names = Object.keys(headers)
    if (!isSame(names, this.#names)) this.#names = names
    const values = JSON.stringify([target, origin, remoteAddress, ...Object.values(headers)])
    // Looked at once, V8 joins the pieces that it was made of: 150 bytes less.
    values.charCodeAt(0)
    return { values, names: this.#names }
  }
}

export function unpackRequest({ values, names }: PackedRequest): UpgradeRequest {
  const [target, origin, remoteAddress, ...texts] = JSON.parse(values) as (string | null)[]
  const headers = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? undefined]))
  return { target: target!, origin: origin!, remoteAddress: remoteAddress ?? undefined, headers }
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name, index) => name === others[index])
}
