// The package in an empty project, and code that uses it → what TypeScript 5.4 to 7.0 say, however they resolve it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { createConsumer, type PackageConsumer } from './support/package-consumer.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const COMPILERS = {
  '5.4': 'fixtures/typescript-5.4/node_modules/typescript/bin/tsc',
  '5.9': 'fixtures/typescript-5.9/node_modules/typescript/bin/tsc',
  '6.0': 'node_modules/typescript/bin/tsc',
  '7.0': 'fixtures/typescript-7/node_modules/typescript/bin/tsc',
}

const USER = `
async function use() {
  const client = createClient({ prefixUrl: 'https://example.com', websocket: { WebSocket, reconnect: false } })
  const user: User | null = await client.getUser({ id: 1 }, { signal: AbortSignal.timeout(5) })
  if (user) {
    const born: Date = user.born
    const role: Role = user.role === Role.Reader ? Role.Writer : 'writer'
    const bytes: Uint8Array | undefined = user.friends[0]?.avatar
    void [born, role, bytes]
  }
  for await (const item of client.countTo({ to: 3 })) {
    const at: Date = item.at
    void at
  }
  const socket: ChatSocket = await client.chat({ timeout: 5 })
  const greeting: string = await socket.request({ type: 'greet', name: 'x' })
  const users: User[] = await socket.request({ type: 'users' })
  for await (const { tick, big } of socket.subscribe({ to: 3 })) {
    const both: [number, bigint] = [tick, big]
    void both
  }
  socket.on('disconnect', ({ code, willReconnect }) => [code.toFixed(), willReconnect === true])
  const few = createClientWith({ prefixUrl: 'https://example.com' }, { getUser, erase: remove })
  const one: Promise<User | null> = few.getUser({ id: 1 })
  const none: Promise<void> = few.erase({ id: 1 })
  try {
    await none
  } catch (error) {
    if (error instanceof RpcError) {
      const code: ErrorCode = error.code
      void code
    }
  }
  void [greeting, users, one]
  // @ts-expect-error no such call
  client.getUsers()
  // @ts-expect-error the call was not chosen
  few.createUser
  // @ts-expect-error an argument of another type
  await client.getUser({ id: '1' })
  // @ts-expect-error an option that is none
  createClient({ prefixUrl: '', retries: 1 })
}
void use
`
const IMPORT = `import { type ChatSocket, createClient, createClientWith, type ErrorCode, getUser, remove, Role, RpcError, type User } from '@acme/api-client'\n`

const RESOLUTIONS: Readonly<Record<string, readonly string[]>> = {
  nodenext: ['--module', 'nodenext', 'esm.mts', 'commonjs.cts'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler', 'either.ts'],
  node10: ['--module', 'commonjs', '--moduleResolution', 'node10', 'either.ts'],
}

describe('the types of the package', function () {
  this.timeout(120_000)
  let consumer: PackageConsumer
  before(async () => {
    consumer = await createConsumer()
    for (const file of ['esm.mts', 'commonjs.cts', 'either.ts']) consumer.write(file, IMPORT + USER)
  })
  after(() => consumer?.dispose())

  const check = (version: keyof typeof COMPILERS, ...more: string[]): string => {
    const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022']
    const libraries = ['--lib', 'es2022,dom', '--pretty', 'false']
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, COMPILERS[version]), ...options, ...libraries, ...more],
      { cwd: consumer.folder, encoding: 'utf8' },
    )
    return stdout + stderr
  }

  for (const version of Object.keys(COMPILERS) as (keyof typeof COMPILERS)[]) {
    for (const [resolution, args] of Object.entries(RESOLUTIONS)) {
      // TypeScript 7 knows it no longer, and 6 asks for a word.
      if (resolution === 'node10' && version === '7.0') continue
      const quiet = resolution === 'node10' && version === '6.0' ? ['--ignoreDeprecations', '6.0'] : []
      it(`check in full under TypeScript ${version}, resolved as ${resolution}`, () => {
        expect(check(version, ...args, ...quiet)).to.equal('')
      })
    }
    it(`check under TypeScript ${version} with exact optional properties, and say what is wrong in a call`, () => {
      const wrong = `export const wrong: string = createClient({ prefixUrl: '' }).getUser({ id: 1 })`
      consumer.write('wrong.ts', `${IMPORT}${wrong}`)
      const found = check(version, ...RESOLUTIONS.bundler!, 'wrong.ts', '--exactOptionalPropertyTypes')
      expect(found.match(/^.+error/gm), found).to.deep.equal(['wrong.ts(2,14): error'])
      expect(found).to.include("'Promise<User | null>'")
    })
  }

  it('stand by themselves', () => {
    expect(check('6.0', '--module', 'nodenext', '--listFilesOnly', 'esm.mts').split('\n')).to.satisfy(
      (files: string[]) =>
        files.every(file => !file || /typescript\/lib\/lib\.|esm\.mts$|api-client\/index\.d\.ts$/.test(file)),
    )
  })
})
