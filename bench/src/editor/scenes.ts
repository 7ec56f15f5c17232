// Nothing in → what somebody edits, between two texts, and whose diagnostics an editor then asks for, out.

export interface Scene {
  readonly name: string
  readonly title: string
  readonly about: string
  /** In the first of `asked`. */
  readonly from: string
  readonly to: string
  readonly asked: readonly string[]
}

const IN_A_HANDLER = { from: 'customers[id] ?? null', to: 'customers[+id] ?? null' }
const IN_A_TYPE = { from: 'street: string', to: 'street: number' }
const ROUTES = 'src/routes-0.ts'
const CALLER = 'src/caller.ts'

export const SCENES: readonly Scene[] = [
  {
    ...{ name: 'handler', title: 'A handler, one file open', ...IN_A_HANDLER, asked: [ROUTES] },
    about: 'What is typed most: no type that crosses the wire changes.',
  },
  {
    ...{ name: 'handler-caller', title: 'A handler, a caller open too', ...IN_A_HANDLER },
    ...{ about: 'The caller depends on all routes.', asked: [ROUTES, CALLER] },
  },
  {
    ...{ name: 'type', title: 'A type on the wire, one file open', ...IN_A_TYPE, asked: [ROUTES] },
    about: 'The type is an argument and a result of routes in the same file.',
  },
  {
    ...{ name: 'type-caller', title: 'A type on the wire, a caller open too', ...IN_A_TYPE },
    about:
      'The caller, in which an error appears and goes: with the plugin. Bare tsserver goes on with the client that is on disk, which is less work, and wrong.',
    asked: [ROUTES, CALLER],
  },
]
