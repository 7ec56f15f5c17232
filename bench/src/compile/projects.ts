// A number of routes in → the same routes and types as projects on disk, for each way to compile them, out.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generateProject, routesFile } from '../size/generate-project.ts'

const ROUTES = 500
const FILES = 50
const CLIENT = 'src/generated/client.ts'
const OURS = { transform: '@alien-rpc/transformer', transformProgram: true, client: CLIENT }

export interface CompiledProject {
  readonly folder: string
  /** As on a fresh checkout: nothing that a build writes is there. */
  clean(): void
  /** A type that crosses the wire, there and back. */
  editType(): void
}

export type Kind = 'plain' | 'with-client' | 'ours' | 'typia'

export function createProject(kind: Kind): CompiledProject {
  const root = new URL(`../../.build/compile-${kind}/`, import.meta.url)
  generateProject(root, ROUTES, kind === 'ours' ? [OURS] : kind === 'typia' ? [TYPIA] : [])
  if (kind === 'typia') {
    for (let file = 0; file < FILES; file++) {
      writeFileSync(new URL(`src/routes-${file}.ts`, root), typiaFile(file))
    }
  }
  const edited = new URL('src/routes-7.ts', root)
  return {
    folder: fileURLToPath(root),
    clean() {
      rmSync(new URL('dist/', root), { recursive: true, force: true })
      if (kind === 'ours') rmSync(new URL('src/generated/', root), { recursive: true, force: true })
    },
    editType() {
      const text = readFileSync(edited, 'utf8')
      const [from, to] = text.includes('zip: string')
        ? ['zip: string', 'zip: number']
        : ['zip: number', 'zip: string']
      writeFileSync(edited, text.replace(from!, to!))
    },
  }
}

/** The client that our build wrote, for a compiler that has no part in it. */
export function copyClient(from: CompiledProject, to: CompiledProject): void {
  mkdirSync(`${to.folder}src/generated`, { recursive: true })
  cpSync(from.folder + CLIENT, to.folder + CLIENT)
}

const TYPIA = { transform: 'typia/lib/transform' }

/** What our transformer makes of a route, of typia's functions: arguments checked with all errors, results checked and written. */
function typiaFile(n: number): string {
  const types = routesFile(n)
    .split('declare const')[0]!
    .replace(/^import.*$/m, "import typia from 'typia'")
  const calls: readonly (readonly [name: string, args: string, result: string])[] = [
    ['getCustomer', '{ id: number }', `Customer${n} | null`],
    [
      'listCustomers',
      "{ city?: string; limit?: number; sort?: 'name' | 'joined' }",
      `Page${n}<Customer${n}>`,
    ],
    [
      'createCustomer',
      `{ name: string; email: string; address: Address${n}; phone?: string }`,
      '{ id: number }',
    ],
    ['getProduct', '{ sku: string }', `Product${n} | null`],
    ['searchProducts', '{ text: string; tags: string[]; below?: number }', `Page${n}<Product${n}>`],
    ['putProduct', `Product${n}`, ''],
    [
      'placeOrder',
      `{ customer: number; lines: { sku: string; quantity: number }[]; payment: Payment${n}; note: string | null }`,
      `Order${n}`,
    ],
    ['importOrder', `{ order: Order${n} }`, '{ accepted: boolean; warnings: string[] }'],
    ['watchOrders', '{ customer: number }', `Order${n}`],
    ['cancelOrder', '{ id: string }', '{ refunded: number }'],
  ]
  const lines = calls.map(([name, args, result]) => {
    const sent = result === '' ? '' : `, result: typia.json.createAssertStringify<${result}>()`
    return `export const ${name}${n} = { args: typia.createValidate<${args}>()${sent} }\n`
  })
  return types + lines.join('')
}
