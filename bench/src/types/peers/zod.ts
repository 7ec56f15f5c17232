// The cases as zod schemas in → zod's operations out: parsing is the only one it has.
import { z } from 'zod'
import type { CaseName } from '../shapes.ts'
import { type Operations, REFUSED, type System } from '../system.ts'
import { versionOf } from './version.ts'

function schemas(object: typeof z.object): Record<CaseName, z.ZodType> {
  const address = object({ street: z.string(), city: z.string(), zip: z.string(), country: z.string() })
  const line = z.discriminatedUnion('kind', [
    object({
      kind: z.literal('product'),
      sku: z.string(),
      name: z.string(),
      quantity: z.number(),
      price: z.number(),
      options: z.array(z.string()),
    }),
    object({ kind: z.literal('service'), description: z.string(), hours: z.number(), rate: z.number() }),
    object({ kind: z.literal('discount'), code: z.string(), percent: z.number() }),
  ])
  const payment = z.discriminatedUnion('method', [
    object({ method: z.literal('card'), network: z.enum(['visa', 'mastercard']), last4: z.string() }),
    object({ method: z.literal('transfer'), iban: z.string() }),
    object({ method: z.literal('cash') }),
  ])
  const tree = object({
    value: z.string(),
    weight: z.number(),
    get children(): z.ZodArray<z.ZodType> {
      return z.array(tree)
    },
  })
  return {
    flat: object({
      id: z.number(),
      name: z.string(),
      email: z.string(),
      age: z.number(),
      active: z.boolean(),
      score: z.number(),
      city: z.string(),
      joined: z.string(),
    }),
    order: object({
      id: z.string(),
      customer: object({ id: z.number(), name: z.string(), email: z.string(), address }),
      lines: z.array(line),
      payment,
      total: z.number(),
      note: z.string().nullable(),
      coupon: z.string().optional(),
    }),
    tree,
    numbers: z.array(z.number()),
    strings: z.array(z.string()),
    public: object({
      number: z.number(),
      negNumber: z.number(),
      maxNumber: z.number(),
      string: z.string(),
      longString: z.string(),
      boolean: z.boolean(),
      deeplyNested: object({ foo: z.string(), num: z.number(), bool: z.boolean() }),
    }),
  }
}

function parser(schema: z.ZodType) {
  return (value: unknown) => {
    const result = schema.safeParse(value)
    return result.success ? result.data : REFUSED
  }
}

function operations(schema: z.ZodType): Operations {
  return {
    check: value => schema.safeParse(value).success,
    explain: value => schema.safeParse(value).error?.issues ?? [],
    decode: parser(schema),
  }
}

const loose = schemas(z.object)
const strict = schemas(z.strictObject as typeof z.object)

export const system: System = {
  name: 'zod',
  version: versionOf('zod'),
  cases: {
    flat: operations(loose.flat),
    order: operations(loose.order),
    tree: operations(loose.tree),
    numbers: operations(loose.numbers),
    strings: operations(loose.strings),
    public: {
      ...operations(loose.public),
      checkStrict: value => strict.public.safeParse(value).success,
      decodeStrict: parser(strict.public),
    },
  },
}
