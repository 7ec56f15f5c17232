// Nothing in → the cases as JSON Schema (2020-12 keywords that draft 7 has too, and OpenAPI's discriminator), for ajv, out.
import type { CaseName } from '../shapes.ts'

type Schema = Record<string, unknown>

const string: Schema = { type: 'string' }
const number: Schema = { type: 'number' }
const boolean: Schema = { type: 'boolean' }

export function jsonSchemas(strict: boolean): Record<CaseName, Schema> {
  const object = (properties: Record<string, Schema>, optional: readonly string[] = []): Schema => ({
    type: 'object',
    properties,
    required: Object.keys(properties).filter(name => !optional.includes(name)),
    ...(strict ? { additionalProperties: false } : {}),
  })
  const array = (items: Schema): Schema => ({ type: 'array', items })
  const tagged = (propertyName: string, oneOf: Schema[]): Schema => ({
    type: 'object',
    discriminator: { propertyName },
    required: [propertyName],
    oneOf,
  })
  const address = object({ street: string, city: string, zip: string, country: string })
  const line = tagged('kind', [
    object({
      kind: { const: 'product' },
      sku: string,
      name: string,
      quantity: number,
      price: number,
      options: array(string),
    }),
    object({ kind: { const: 'service' }, description: string, hours: number, rate: number }),
    object({ kind: { const: 'discount' }, code: string, percent: number }),
  ])
  const payment = tagged('method', [
    object({ method: { const: 'card' }, network: { enum: ['visa', 'mastercard'] }, last4: string }),
    object({ method: { const: 'transfer' }, iban: string }),
    object({ method: { const: 'cash' } }),
  ])
  return {
    flat: object({
      id: number,
      name: string,
      email: string,
      age: number,
      active: boolean,
      score: number,
      city: string,
      joined: string,
    }),
    order: object(
      {
        id: string,
        customer: object({ id: number, name: string, email: string, address }),
        lines: array(line),
        payment,
        total: number,
        note: { type: ['string', 'null'] },
        coupon: string,
      },
      ['coupon'],
    ),
    tree: object({ value: string, weight: number, children: array({ $ref: '#' }) }),
    numbers: array(number),
    strings: array(string),
    public: object({
      number,
      negNumber: number,
      maxNumber: number,
      string,
      longString: string,
      boolean,
      deeplyNested: object({ foo: string, num: number, bool: boolean }),
    }),
  }
}
