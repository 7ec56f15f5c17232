// Nothing in → what an expert writes by hand for each case: the least code that does the same work.
import type { Address, Customer, Flat, Line, Order, Payment, Public, Tree } from '../shapes.ts'
import { type Operations, REFUSED, type System } from '../system.ts'

type Loose<T> = { readonly [Key in keyof T]?: unknown }

/** Like JSON, which has no NaN and no infinities. */
const isNumber = Number.isFinite

function isFlat(value: unknown): value is Flat {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, email, age, active, score, city, joined } = value as Loose<Flat>
  return (
    isNumber(id) &&
    typeof name === 'string' &&
    typeof email === 'string' &&
    isNumber(age) &&
    typeof active === 'boolean' &&
    isNumber(score) &&
    typeof city === 'string' &&
    typeof joined === 'string'
  )
}

function copyFlat({ id, name, email, age, active, score, city, joined }: Flat): Flat {
  return { id, name, email, age, active, score, city, joined }
}

function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null) return false
  const { id, customer, lines, payment, total, note, coupon } = value as Loose<Order>
  return (
    typeof id === 'string' &&
    isNumber(total) &&
    (note === null || typeof note === 'string') &&
    (coupon === undefined || typeof coupon === 'string') &&
    isCustomer(customer) &&
    isPayment(payment) &&
    isListOf(isLine, lines)
  )
}

function isListOf(isItem: (item: unknown) => boolean, list: unknown): boolean {
  return Array.isArray(list) && list.every(isItem)
}

function isCustomer(value: unknown): value is Customer {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, email, address } = value as Loose<Customer>
  return isNumber(id) && typeof name === 'string' && typeof email === 'string' && isAddress(address)
}

function isAddress(value: unknown): value is Address {
  if (typeof value !== 'object' || value === null) return false
  const { street, city, zip, country } = value as Loose<Address>
  return (
    typeof street === 'string' &&
    typeof city === 'string' &&
    typeof zip === 'string' &&
    typeof country === 'string'
  )
}

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false
  const line = value as { [key: string]: unknown }
  switch (line.kind) {
    case 'product':
      return (
        typeof line.sku === 'string' &&
        typeof line.name === 'string' &&
        isNumber(line.quantity) &&
        isNumber(line.price) &&
        isStrings(line.options)
      )
    case 'service':
      return typeof line.description === 'string' && isNumber(line.hours) && isNumber(line.rate)
    case 'discount':
      return typeof line.code === 'string' && isNumber(line.percent)
    default:
      return false
  }
}

function isPayment(value: unknown): value is Payment {
  if (typeof value !== 'object' || value === null) return false
  const payment = value as { [key: string]: unknown }
  switch (payment.method) {
    case 'card':
      return (
        (payment.network === 'visa' || payment.network === 'mastercard') && typeof payment.last4 === 'string'
      )
    case 'transfer':
      return typeof payment.iban === 'string'
    default:
      return payment.method === 'cash'
  }
}

function copyOrder({ id, customer, lines, payment, total, note, coupon }: Order): Order {
  const { street, city, zip, country } = customer.address
  const copy: Order = {
    id,
    customer: {
      id: customer.id,
      name: customer.name,
      email: customer.email,
      address: { street, city, zip, country },
    },
    lines: lines.map(copyLine),
    payment: copyPayment(payment),
    total,
    note,
  }
  if (coupon !== undefined) copy.coupon = coupon
  return copy
}

function copyLine(line: Line): Line {
  switch (line.kind) {
    case 'product': {
      const { kind, sku, name, quantity, price, options } = line
      return { kind, sku, name, quantity, price, options }
    }
    case 'service':
      return { kind: line.kind, description: line.description, hours: line.hours, rate: line.rate }
    case 'discount':
      return { kind: line.kind, code: line.code, percent: line.percent }
  }
}

function copyPayment(payment: Payment): Payment {
  switch (payment.method) {
    case 'card':
      return { method: payment.method, network: payment.network, last4: payment.last4 }
    case 'transfer':
      return { method: payment.method, iban: payment.iban }
    case 'cash':
      return { method: payment.method }
  }
}

function isTree(value: unknown): value is Tree {
  if (typeof value !== 'object' || value === null) return false
  const { value: text, weight, children } = value as Loose<Tree>
  return typeof text === 'string' && isNumber(weight) && Array.isArray(children) && children.every(isTree)
}

function copyTree({ value, weight, children }: Tree): Tree {
  return { value, weight, children: children.map(copyTree) }
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNumber)
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function isPublic(value: unknown): value is Public {
  if (typeof value !== 'object' || value === null) return false
  const { number, negNumber, maxNumber, string, longString, boolean, deeplyNested } = value as Loose<Public>
  if (typeof deeplyNested !== 'object' || deeplyNested === null) return false
  const { foo, num, bool } = deeplyNested as Loose<Public['deeplyNested']>
  return (
    isNumber(number) &&
    isNumber(negNumber) &&
    isNumber(maxNumber) &&
    typeof string === 'string' &&
    typeof longString === 'string' &&
    typeof boolean === 'boolean' &&
    typeof foo === 'string' &&
    isNumber(num) &&
    typeof bool === 'boolean'
  )
}

// All properties are required: as many keys as there are properties are these keys.
function isStrictPublic(value: unknown): value is Public {
  return isPublic(value) && keyCount(value) === 7 && keyCount(value.deeplyNested) === 3
}

function keyCount(value: object): number {
  let count = 0
  for (const _ in value) count++
  return count
}

function copyPublic(value: Public): Public {
  const { number, negNumber, maxNumber, string, longString, boolean, deeplyNested } = value
  const { foo, num, bool } = deeplyNested
  return { number, negNumber, maxNumber, string, longString, boolean, deeplyNested: { foo, num, bool } }
}

function operations<T>(check: (value: unknown) => value is T, copy: (value: T) => T): Operations {
  return { check, decode: value => (check(value) ? copy(value) : REFUSED) }
}

export const system: System = {
  name: 'by hand',
  version: '-',
  cases: {
    flat: operations(isFlat, copyFlat),
    order: operations(isOrder, copyOrder),
    tree: operations(isTree, copyTree),
    // As Alien RPC does: an array of primitives that JSON.parse made is fresh already.
    numbers: operations(isNumbers, value => value),
    strings: operations(isStrings, value => value),
    public: {
      ...operations(isPublic, copyPublic),
      checkStrict: isStrictPublic,
      decodeStrict: value => (isStrictPublic(value) ? copyPublic(value) : REFUSED),
    },
  },
}
