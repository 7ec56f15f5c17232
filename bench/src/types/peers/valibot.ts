// The cases as valibot schemas in → valibot's operations out.
import * as v from 'valibot'
import type { CaseName } from '../shapes.ts'
import { type Operations, REFUSED, type System } from '../system.ts'
import { versionOf } from './version.ts'

function schemas(object: typeof v.object): Record<CaseName, v.GenericSchema> {
  const address = object({ street: v.string(), city: v.string(), zip: v.string(), country: v.string() })
  const line = v.variant('kind', [
    object({
      kind: v.literal('product'),
      sku: v.string(),
      name: v.string(),
      quantity: v.number(),
      price: v.number(),
      options: v.array(v.string()),
    }),
    object({ kind: v.literal('service'), description: v.string(), hours: v.number(), rate: v.number() }),
    object({ kind: v.literal('discount'), code: v.string(), percent: v.number() }),
  ])
  const payment = v.variant('method', [
    object({ method: v.literal('card'), network: v.picklist(['visa', 'mastercard']), last4: v.string() }),
    object({ method: v.literal('transfer'), iban: v.string() }),
    object({ method: v.literal('cash') }),
  ])
  const tree: v.GenericSchema = object({
    value: v.string(),
    weight: v.number(),
    children: v.array(v.lazy(() => tree)),
  })
  return {
    flat: object({
      id: v.number(),
      name: v.string(),
      email: v.string(),
      age: v.number(),
      active: v.boolean(),
      score: v.number(),
      city: v.string(),
      joined: v.string(),
    }),
    order: object({
      id: v.string(),
      customer: object({ id: v.number(), name: v.string(), email: v.string(), address }),
      lines: v.array(line),
      payment,
      total: v.number(),
      note: v.nullable(v.string()),
      coupon: v.optional(v.string()),
    }),
    tree,
    numbers: v.array(v.number()),
    strings: v.array(v.string()),
    public: object({
      number: v.number(),
      negNumber: v.number(),
      maxNumber: v.number(),
      string: v.string(),
      longString: v.string(),
      boolean: v.boolean(),
      deeplyNested: object({ foo: v.string(), num: v.number(), bool: v.boolean() }),
    }),
  }
}

function parser(schema: v.GenericSchema) {
  return (value: unknown) => {
    const result = v.safeParse(schema, value)
    return result.success ? result.output : REFUSED
  }
}

function operations(schema: v.GenericSchema): Operations {
  return {
    check: value => v.is(schema, value),
    explain: value => v.safeParse(schema, value).issues ?? [],
    decode: parser(schema),
  }
}

const loose = schemas(v.object)
const strict = schemas(v.strictObject as unknown as typeof v.object)

export const system: System = {
  name: 'valibot',
  version: versionOf('valibot'),
  cases: {
    flat: operations(loose.flat),
    order: operations(loose.order),
    tree: operations(loose.tree),
    numbers: operations(loose.numbers),
    strings: operations(loose.strings),
    public: {
      ...operations(loose.public),
      checkStrict: value => v.is(strict.public, value),
      decodeStrict: parser(strict.public),
    },
  },
}
