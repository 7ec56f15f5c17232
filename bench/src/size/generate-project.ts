// A number of routes and a folder in → a project of that many routes, in files of ten, as applications have them, out.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'

const ROUTES_PER_FILE = 10

/** Of every ten routes: reads, a list with a filter, writes, a stream and a removal, over types of the file's own. */
export function generateProject(folder: URL, routes: number, plugins: readonly object[]): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(new URL('src/', folder), { recursive: true })
  writeFileSync(new URL('tsconfig.json', folder), `${JSON.stringify(tsconfig(plugins), undefined, 2)}\n`)
  for (let file = 0; file < routes / ROUTES_PER_FILE; file++) {
    writeFileSync(new URL(`src/routes-${file}.ts`, folder), routesFile(file))
  }
}

function tsconfig(plugins: readonly object[]): object {
  return {
    extends: '../../../tsconfig.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', declaration: false, sourceMap: false, plugins },
    include: ['src'],
  }
}

/** One file, whose names end in `n`. */
export function routesFile(n: number): string {
  return `import { route } from '@alien-rpc/service'

export interface Address${n} { street: string; city: string; zip: string; country: 'DE' | 'FR' | 'US' }
export interface Customer${n} { id: number; name: string; email: string; address: Address${n}; joined: Date; phone?: string }
export interface Product${n} { sku: string; title: string; price: number; tags: string[]; stock: number | null }
export type Payment${n} =
  | { method: 'card'; network: 'visa' | 'mastercard'; last4: string }
  | { method: 'transfer'; iban: string }
  | { method: 'cash' }
export interface Line${n} { product: Product${n}; quantity: number; discount?: number }
export interface Order${n} { id: string; customer: Customer${n}; lines: Line${n}[]; payment: Payment${n}; note: string | null; placed: Date }
export interface Page${n}<Item> { items: Item[]; total: number; next?: string }

declare const customers: Customer${n}[]
declare const products: Product${n}[]
declare const orders: Order${n}[]

export const getCustomer${n} = route.get('/${n}/customers/:id', ({ id }: { id: number }): Customer${n} | null => customers[id] ?? null)
export const listCustomers${n} = route.get('/${n}/customers', (args: { city?: string; limit?: number; sort?: 'name' | 'joined' }): Page${n}<Customer${n}> => ({ items: customers, total: args.limit ?? 0 }))
export const createCustomer${n} = route.post('/${n}/customers', (args: { name: string; email: string; address: Address${n}; phone?: string }): { id: number } => ({ id: args.name.length }))
export const getProduct${n} = route.get('/${n}/products/:sku', ({ sku }: { sku: string }): Product${n} | null => products.find(product => product.sku === sku) ?? null)
export const searchProducts${n} = route.get('/${n}/products', (args: { text: string; tags: string[]; below?: number }): Page${n}<Product${n}> => ({ items: products, total: args.tags.length }))
export const putProduct${n} = route.put('/${n}/products/:sku', (args: Product${n}): void => { products.push(args) })
export const placeOrder${n} = route.post('/${n}/orders', (args: { customer: number; lines: { sku: string; quantity: number }[]; payment: Payment${n}; note: string | null }): Order${n} => orders[args.customer]!)
export const importOrder${n} = route.post('/${n}/orders/import', (args: { order: Order${n} }): { accepted: boolean; warnings: string[] } => ({ accepted: args.order.lines.length > 0, warnings: [] }))
export const watchOrders${n} = route.get('/${n}/orders/watch', async function* (args: { customer: number }): AsyncGenerator<Order${n}> { yield* orders.filter(order => order.customer.id === args.customer) })
export const cancelOrder${n} = route.delete('/${n}/orders/:id', ({ id }: { id: string }): { refunded: number } => ({ refunded: id.length }))
`
}
