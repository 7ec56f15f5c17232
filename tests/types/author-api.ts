// Type-level expectations of the author API, checked by TypeScript itself (author-api.test.ts and `npm run types`).
import { type RouteContext, route } from '@alien-rpc/service'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(proof?: T) => proof

// Left unannotated, the arguments are typed from the path.
export const fromPath = route.get('/users/:id/posts/:post', args => {
  holds<Equal<typeof args, { id: string; post: string }>>()
  return args
})
export const fromRest = route.get('/files/*path', args => {
  holds<Equal<typeof args.path, string>>()
  return args.path
})

// Annotated arguments leave the context typed.
export const annotated = route.get('/users/:id', (args: { id: number }, context) => {
  holds<Equal<typeof context, RouteContext>>()
  return args.id
})
export const stream = route.post('/items', async function* (data: { items: string[] }, context) {
  holds<Equal<typeof context, RouteContext>>()
  yield data.items.length
})

// Middleware adds to the context: on the builder, in the options, in a chain, and after each other.
const authenticate = (context: RouteContext) => ({ user: { name: context.headers.authorization ?? '' } })
export const added = route.use(authenticate).get('/me', (_args, context) => {
  holds<Equal<typeof context.user, { name: string }>>()
  holds<Equal<typeof context.signal, AbortSignal>>()
  return context.user.name
})
export const inOptions = route.get(
  '/me',
  { middleware: [authenticate] },
  (_args, context) => context.user.name,
)
export const chained = route
  .use(authenticate)
  .use(context => ({ isAdmin: context.user.name === 'root' }))
  .get('/admin', (_args, context) => {
    holds<Equal<typeof context.isAdmin, boolean>>()
    return context.user.name
  })

// Additions made only sometimes are optional; a middleware that adds nothing changes nothing.
export const sometimes = route
  .use(context => (context.headers.x ? { x: 1 } : undefined))
  .get('/x', (_args, context) => holds<Equal<typeof context.x, number | undefined>>())
export const nothing = route
  .use(async context => {
    context.response.headers['x-served-by'] = 'alien'
  })
  .get('/y', (_args, context) => holds<Equal<typeof context.url, URL>>())

// The guide's middleware takes `any`, and gives `any` on.
export const loose = route.get(
  '/z',
  {
    middleware: [
      // biome-ignore lint/suspicious/noExplicitAny: the guide writes it so
      async (context: any) => {
        context.user = { name: 'x' }
      },
    ],
  },
  (_args, context) => context.user.name,
)

// @ts-expect-error a member that nobody added
export const unknownMember = route.get('/x', (_args, context) => context.nope)
// @ts-expect-error middleware that needs what no earlier one added
export const tooEarly = route.use((context: RouteContext & { user: string }) => ({ name: context.user }))
// @ts-expect-error a handler is required
export const noHandler = route.get('/x')
