// Nothing in → the values of each case: valid ones, as JSON.parse makes them, and each way to break them, out.
import type { CaseName, Flat, Line, Order, Payment, Public, Shapes, Tree } from './shapes.ts'

export interface Case<Value = unknown> {
  readonly name: CaseName
  readonly title: string
  readonly valid: readonly Value[]
  /** Each differs from a valid value in one place, near its start or near its end. */
  readonly invalid: readonly unknown[]
  /** A valid value with properties that the type does not have, and what is left of it. */
  readonly extra: { readonly given: unknown; readonly kept: unknown }
}

const LINES = 20
const NODES = 100
const ELEMENTS = 1000
/** So many different valid values, so that no engine can take one of them for a constant. */
const VARIANTS = 8

export function createCases(): Case[] {
  return [
    createCase('flat', 'flat object, 8 properties', flat, [
      value => ({ ...value, id: 'x' }),
      value => ({ ...value, joined: 7 }),
      ({ email, ...value }) => value,
      () => null,
    ]),
    createCase('order', `order, ${LINES} lines of 3 kinds`, order, [
      value => ({ ...value, id: 7 }),
      value => withLine(value, LINES - 1, { kind: 'product', sku: 'a', name: 'b', quantity: '1', price: 1 }),
      value => withLine(value, 3, { kind: 'other' }),
      value => ({ ...value, payment: { method: 'card', network: 'other', last4: '1234' } }),
    ]),
    createCase('tree', `tree of ${NODES} nodes`, tree, [
      value => ({ ...value, weight: 'x' }),
      value => ({ ...value, children: [...value.children, { value: 'x', weight: 1 }] }),
      value => ({ ...value, children: [brokenLeaf(value.children[0] as Tree), ...value.children.slice(1)] }),
    ]),
    createCase('numbers', `array of ${ELEMENTS} numbers`, numbers, [
      value => value.with(0, 'x' as never),
      value => value.with(-1, null as never),
      () => ({ length: 3 }),
    ]),
    createCase('strings', `array of ${ELEMENTS} strings`, strings, [
      value => value.with(0, 1 as never),
      value => value.with(-1, null as never),
      () => ({ length: 3 }),
    ]),
    createCase('public', 'typescript-runtime-type-benchmarks', publicValue, [
      value => ({ ...value, number: '1' }),
      value => ({ ...value, deeplyNested: { ...value.deeplyNested, bool: 1 } }),
      ({ deeplyNested, ...value }) => value,
    ]),
  ]
}

function createCase<Name extends CaseName>(
  name: Name,
  title: string,
  make: (variant: number) => Shapes[Name],
  breaks: readonly ((value: Shapes[Name]) => unknown)[],
): Case {
  const valid = Array.from({ length: VARIANTS }, (_, variant) => viaJson(make(variant)))
  const invalid = valid.flatMap(value => breaks.map(change => viaJson(change(value))))
  return { name, title, valid, invalid, extra: { given: viaJson(withExtra(valid[0])), kept: valid[0] } }
}

/** As it comes off the wire. */
function viaJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

function withExtra(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withExtra)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, member]) => [key, withExtra(member)])
  return { ...Object.fromEntries(entries), notDeclared: true }
}

function flat(variant: number): Flat {
  return {
    id: variant,
    name: `Ada Lovelace ${variant}`,
    email: `ada${variant}@example.com`,
    age: 30 + variant,
    active: variant % 2 === 0,
    score: 0.5 + variant,
    city: 'London',
    joined: '2026-01-31T12:00:00.000Z',
  }
}

function order(variant: number): Order {
  return {
    id: `order-${variant}`,
    customer: {
      id: variant,
      name: 'Grace Hopper',
      email: 'grace@example.com',
      address: { street: '1 Navy Yard', city: 'Arlington', zip: '22201', country: 'US' },
    },
    lines: Array.from({ length: LINES }, (_, index) => line(index + variant)),
    payment: payment(variant),
    total: 1234.5 + variant,
    note: variant % 3 === 0 ? null : 'Please ring twice, the bell is old',
    ...(variant % 2 === 0 ? { coupon: 'SPRING' } : {}),
  }
}

function line(index: number): Line {
  if (index % 5 === 4) return { kind: 'discount', code: `D${index}`, percent: 5 + index }
  if (index % 3 === 2) return { kind: 'service', description: 'Assembly at home', hours: 1.5, rate: 60 }
  return {
    kind: 'product',
    sku: `SKU-${index}`,
    name: `Product number ${index}`,
    quantity: 1 + (index % 4),
    price: 9.99 * index,
    options: ['red', 'large'],
  }
}

function payment(variant: number): Payment {
  if (variant % 4 === 3) return { method: 'cash' }
  if (variant % 4 === 2) return { method: 'transfer', iban: 'DE89370400440532013000' }
  return { method: 'card', network: variant % 2 === 0 ? 'visa' : 'mastercard', last4: '4242' }
}

/** Node `i` hangs below node `(i - 1) / 3`, so that depths and widths vary. */
function tree(variant: number): Tree {
  const nodes = Array.from(
    { length: NODES },
    (_, index): Tree => ({
      value: `node ${index}`,
      weight: index * (variant % 2 === 0 ? 1 : 0.5),
      children: [],
    }),
  )
  for (let index = 1; index < NODES; index++) {
    nodes[Math.floor((index - 1) / 3)]?.children.push(nodes[index] as Tree)
  }
  return nodes[0] as Tree
}

function brokenLeaf(node: Tree): Tree {
  const [first, ...others] = node.children
  if (first === undefined) return { ...node, value: 7 as never }
  return { ...node, children: [brokenLeaf(first), ...others] }
}

// Integers in half of them, fractions in the others: engines store the two in different ways.
function numbers(variant: number): number[] {
  return Array.from({ length: ELEMENTS }, (_, index) => (variant % 2 === 0 ? index : index + 0.25))
}

function strings(variant: number): string[] {
  return Array.from({ length: ELEMENTS }, (_, index) => `string number ${index + variant}`)
}

function publicValue(): Public {
  return {
    number: 1,
    negNumber: -1,
    maxNumber: Number.MAX_VALUE,
    string: 'string',
    longString: 'A sentence that is as long as people write them, and a little longer, to be sure. '.repeat(
      6,
    ),
    boolean: true,
    deeplyNested: { foo: 'bar', num: 1, bool: false },
  }
}

function withLine(value: Order, index: number, broken: object): unknown {
  return { ...value, lines: value.lines.with(index, broken as Line) }
}
