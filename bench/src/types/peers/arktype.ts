// The cases as arktype types in → its operations out. `allows` only checks; a type that deletes what is undeclared copies.
import { scope, type } from 'arktype'
import type { CaseName } from '../shapes.ts'
import { type Operations, REFUSED, type System } from '../system.ts'
import { versionOf } from './version.ts'

type Undeclared = 'ignore' | 'delete' | 'reject'
type Validator = { (value: unknown): unknown; allows(value: unknown): boolean }

function validators(undeclared: Undeclared): Record<CaseName, Validator> {
  // The key "+" says what happens to undeclared ones; `onDeepUndeclaredKey` does not reach the nodes of a recursive type.
  const object = <Definition extends object>(definition: Definition) => ({ '+': undeclared, ...definition })
  const module = scope({
    address: object({ street: 'string', city: 'string', zip: 'string', country: 'string' }),
    product: object({
      kind: "'product'",
      sku: 'string',
      name: 'string',
      quantity: 'number',
      price: 'number',
      options: 'string[]',
    }),
    service: object({ kind: "'service'", description: 'string', hours: 'number', rate: 'number' }),
    discount: object({ kind: "'discount'", code: 'string', percent: 'number' }),
    line: 'product | service | discount',
    card: object({ method: "'card'", network: "'visa' | 'mastercard'", last4: 'string' }),
    transfer: object({ method: "'transfer'", iban: 'string' }),
    cash: object({ method: "'cash'" }),
    payment: 'card | transfer | cash',
    customer: object({ id: 'number', name: 'string', email: 'string', address: 'address' }),
    flat: object({
      id: 'number',
      name: 'string',
      email: 'string',
      age: 'number',
      active: 'boolean',
      score: 'number',
      city: 'string',
      joined: 'string',
    }),
    order: object({
      id: 'string',
      customer: 'customer',
      lines: 'line[]',
      payment: 'payment',
      total: 'number',
      note: 'string | null',
      'coupon?': 'string',
    }),
    tree: object({ value: 'string', weight: 'number', children: 'tree[]' }),
    numbers: 'number[]',
    strings: 'string[]',
    nested: object({ foo: 'string', num: 'number', bool: 'boolean' }),
    public: object({
      number: 'number',
      negNumber: 'number',
      maxNumber: 'number',
      string: 'string',
      longString: 'string',
      boolean: 'boolean',
      deeplyNested: 'nested',
    }),
  } as never).export()
  return module as unknown as Record<CaseName, Validator>
}

const loose = validators('ignore')
const deleting = validators('delete')
const strict = validators('reject')

function parser(validator: Validator) {
  return (value: unknown) => {
    const result = validator(value)
    return result instanceof type.errors ? REFUSED : result
  }
}

function operations(name: CaseName): Operations {
  const check = loose[name]
  return {
    check: value => check.allows(value),
    explain: value => {
      const result = check(value)
      return result instanceof type.errors ? [...result] : []
    },
    decode: parser(deleting[name]),
  }
}

export const system: System = {
  name: 'arktype',
  version: versionOf('arktype'),
  cases: {
    flat: operations('flat'),
    order: operations('order'),
    tree: operations('tree'),
    numbers: operations('numbers'),
    strings: operations('strings'),
    public: {
      ...operations('public'),
      checkStrict: value => strict.public.allows(value),
      decodeStrict: parser(strict.public),
    },
  },
}
