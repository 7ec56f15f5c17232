// Nothing in → the types of 500 routes as data, and what each system's source calls them, out.

export type Shape =
  | 'number'
  | 'string'
  | 'boolean'
  | { readonly array: Shape }
  | { readonly object: Readonly<Record<string, Shape>> }
  | { readonly oneOf: readonly string[] }

export const INPUT: Shape = {
  object: {
    id: 'number',
    name: 'string',
    email: 'string',
    isActive: 'boolean',
    kind: { oneOf: ['private', 'business', 'other'] },
    tags: { array: 'string' },
    address: { object: { street: 'string', city: 'string', zip: 'string' } },
  },
}

export const OUTPUT: Shape = {
  object: {
    id: 'number',
    total: 'number',
    lines: { array: { object: { sku: 'string', quantity: 'number', price: 'number' } } },
    customer: { object: { name: 'string', email: 'string' } },
  },
}

/** A value of `INPUT` of a route, as source text. */
export const inputOf = (route: number) => `{
  id${route}: 1, name: 'Ada', email: 'ada@example.com', isActive: true, kind: 'private', tags: ['a', 'b'],
  address: { street: '1 Way', city: 'London', zip: 'N1' },
}`

/** A value of `OUTPUT` of a route. */
export const outputOf = (route: number) => `{
  id${route}: 1, total: 2, lines: [{ sku: 'a', quantity: 1, price: 2 }], customer: { name: 'Ada', email: 'ada@example.com' },
}`

/** How one system writes types. */
export interface Notation {
  primitive(name: 'number' | 'string' | 'boolean'): string
  array(item: string): string
  object(members: readonly (readonly [name: string, text: string])[]): string
  oneOf(texts: readonly string[]): string
}

/** No two routes have the same type, as in any project: one member's name ends in the route's number. */
export function write(shape: Shape, notation: Notation, route?: number): string {
  if (typeof shape === 'string') return notation.primitive(shape)
  if ('array' in shape) return notation.array(write(shape.array, notation))
  if ('oneOf' in shape) return notation.oneOf(shape.oneOf)
  const members = Object.entries(shape.object).map(([name, member]): [string, string] => [
    name === 'id' && route !== undefined ? `id${route}` : name,
    write(member, notation),
  ])
  return notation.object(members)
}
