// Nothing in → the types of the cases, which every adapter states in its own way, out.

export interface Flat {
  id: number
  name: string
  email: string
  age: number
  active: boolean
  score: number
  city: string
  joined: string
}

export interface Order {
  id: string
  customer: Customer
  lines: Line[]
  payment: Payment
  total: number
  note: string | null
  coupon?: string
}

export interface Customer {
  id: number
  name: string
  email: string
  address: Address
}

export interface Address {
  street: string
  city: string
  zip: string
  country: string
}

export type Line =
  | { kind: 'product'; sku: string; name: string; quantity: number; price: number; options: string[] }
  | { kind: 'service'; description: string; hours: number; rate: number }
  | { kind: 'discount'; code: string; percent: number }

export type Payment =
  | { method: 'card'; network: 'visa' | 'mastercard'; last4: string }
  | { method: 'transfer'; iban: string }
  | { method: 'cash' }

export interface Tree {
  value: string
  weight: number
  children: Tree[]
}

/** The type of the public typescript-runtime-type-benchmarks. */
export interface Public {
  number: number
  negNumber: number
  maxNumber: number
  string: string
  longString: string
  boolean: boolean
  deeplyNested: { foo: string; num: number; bool: boolean }
}

export interface Shapes {
  flat: Flat
  order: Order
  tree: Tree
  numbers: number[]
  strings: string[]
  public: Public
}

export type CaseName = keyof Shapes
