// A system in → an error if one of its operations does not do the work that it is measured for.
import { deepStrictEqual } from 'node:assert'
import type { Case } from './cases.ts'
import type { Operations, System } from './system.ts'
import { REFUSED } from './system.ts'

export function verify({ name, cases }: System, sample: Case): void {
  const operations = cases[sample.name]
  if (operations === undefined) return
  const what = `${name}, ${sample.name}`
  verifyChecks(what, operations, sample)
  verifyDecoding(what, operations, sample)
  verifyEncoding(what, operations, sample)
}

function verifyChecks(what: string, { check, checkStrict, explain }: Operations, sample: Case): void {
  const { valid, invalid, extra } = sample
  const expectAll = (values: readonly unknown[], isRight: (value: unknown) => boolean, operation: string) => {
    const wrong = values.findIndex(value => !isRight(value))
    if (wrong >= 0) throw new Error(`${what}: ${operation} is wrong about value ${wrong}`)
  }
  if (check) {
    expectAll([...valid, extra.given], check, 'check (valid)')
    expectAll(invalid, value => !check(value), 'check (invalid)')
  }
  if (checkStrict) {
    expectAll(valid, checkStrict, 'checkStrict (valid)')
    expectAll([...invalid, extra.given], value => !checkStrict(value), 'checkStrict (invalid)')
  }
  if (explain) {
    expectAll(valid, value => explain(value).length === 0, 'explain (valid)')
    expectAll(invalid, value => explain(value).length > 0, 'explain (invalid)')
  }
}

function verifyDecoding(what: string, { decode, decodeStrict }: Operations, sample: Case): void {
  const { valid, invalid, extra } = sample
  if (decode) {
    deepStrictEqual(viaJson(decode(viaJson(extra.given))), extra.kept, `${what}: decode`)
    for (const value of valid) deepStrictEqual(viaJson(decode(value)), value, `${what}: decode`)
    if (invalid.some(value => decode(value) !== REFUSED)) throw new Error(`${what}: decode (invalid)`)
  }
  if (decodeStrict) {
    for (const value of valid) deepStrictEqual(viaJson(decodeStrict(value)), value, `${what}: decodeStrict`)
    const refused = [...invalid, extra.given]
    if (refused.some(value => decodeStrict(value) !== REFUSED))
      throw new Error(`${what}: decodeStrict (invalid)`)
  }
}

function verifyEncoding(what: string, { encode, checkAndEncode }: Operations, { valid, extra }: Case): void {
  for (const stringify of [encode, checkAndEncode]) {
    if (stringify === undefined) continue
    for (const value of valid) deepStrictEqual(JSON.parse(stringify(value)), value, `${what}: encode`)
    if (stringify === JSON.stringify) continue
    deepStrictEqual(JSON.parse(stringify(extra.given)), extra.kept, `${what}: encode (unknown properties)`)
  }
}

// typia's copies hold absent optional properties as `undefined`.
function viaJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
