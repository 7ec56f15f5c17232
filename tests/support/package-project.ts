// Routes of every kind → a project whose build writes a package of its client.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTspcProject, pluginEntry, type TspcProject, tsconfig } from './tspc-project.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const PACKAGE_NAME = '@acme/api-client'

export const ROUTES = `import { RpcError, route } from '@alien-rpc/service'

const connectionString = 'postgres://secret'

export interface Unreached { connectionString: string }

export enum Role { Reader = 'reader', Writer = 'writer' }

/** Somebody who may log in. */
export interface User {
  readonly id: number
  name: string
  role: Role
  born: Date
  avatar?: Uint8Array
  friends: User[]
}

const user = (id: number): User => ({ id, name: \`user \${id}\`, role: Role.Writer, born: new Date(0), friends: [] })

/** One user, or none. */
export const getUser = route.get('/users/:id', ({ id }: { id: number }): User | null => {
  if (id < 0) throw new RpcError('NOT_FOUND', { message: connectionString.slice(0, 0) + 'no such user' })
  return id === 0 ? null : user(id)
})

export const createUser = route.post('/users', ({ name, born }: { name: string; born: Date }): User => ({ ...user(7), name, born }))

export const countTo = route.get('/count/:to', async function* ({ to }: { to: number }) {
  for (let count = 1; count <= to; count++) yield { count, at: new Date(count) }
  return 'done'
})

export const chat = route.ws('/chat', {
  onMessage(message: { text: string }) { void message },
  onRequest(request: { type: 'greet'; name: string } | { type: 'users' }) {
    if (request.type === 'greet') return \`hello \${request.name}\`
    return [user(1)]
  },
  onSubscribe({ to }: { to: number }) {
    return async function* () {
      for (let tick = 1; tick <= to; tick++) yield { tick, big: BigInt(tick) }
    }
  },
})

export const remove = route.delete('/users/:id', ({ id }: { id: number }): void => void id)
`

/** The entry of "plugins"; `package` itself may be anything. */
export function packageEntry(
  more: object = {},
  option: unknown = { outDir: 'dist/client', name: PACKAGE_NAME, ...more },
): object {
  return pluginEntry({ package: option })
}

export function createPackageProject(files: Readonly<Record<string, string>> = {}): TspcProject {
  const project = createTspcProject({
    'tsconfig.json': tsconfig({ plugins: [packageEntry()] }),
    'src/routes.ts': ROUTES,
    ...files,
  })
  symlinkSync(join(ROOT, 'node_modules/esbuild'), join(project.folder, 'node_modules/esbuild'))
  return project
}
