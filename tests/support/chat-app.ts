// fixtures/chat in → a compiled copy of it, its server inside this process, and pages of it in a browser that can be cut off, out.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Room } from '../../fixtures/chat/src/rooms.ts'
import type { RoomName } from '../../fixtures/chat/src/routes.ts'
import type { ServeOptions, Server } from '../../runtime/src/node.ts'
import { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Compiles a copy with the real `tspc`, inside the repository, where packages are found. */
export async function buildChat(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const source = join(root, 'fixtures/chat')
  await mkdir(join(root, '.build'), { recursive: true })
  const folder = await mkdtemp(join(root, '.build', `chat-${process.pid}-`))
  await cp(source, folder, {
    recursive: true,
    filter: path => !/^(?:dist|src\/generated)$/.test(relative(source, path)),
  })
  const child = spawn(process.execPath, ['build.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the chat was not built, code ${code}:\n${output}`)
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

export interface ChatServer {
  readonly server: Server
  readonly rooms: Readonly<Record<RoomName, Room>>
}

/** `life` tells servers in one process apart: each has rooms of its own. */
export async function serveChat(
  folder: string,
  life: number,
  limits: NonNullable<ServeOptions['limits']> = {},
): Promise<ChatServer> {
  const load = (path: string) => import(`${pathToFileURL(path).href}?life=${life}`)
  const { serve } = (await import('@alien-rpc/service/node')) as typeof import('../../runtime/src/node.ts')
  const [page, routes] = await Promise.all(
    ['page.js', 'routes.js'].map(name => load(join(folder, 'dist', name))),
  )
  return { server: await serve([page, routes], { limits }), rooms: routes.rooms }
}

/** Someone with a browser and a line to the server that can be cut. */
export class Visitor {
  readonly page: Page
  readonly line: CuttingProxy
  /** What went wrong in the page: uncaught errors, and what its content security policy has refused. */
  readonly problems: string[] = []

  private constructor(page: Page, line: CuttingProxy) {
    this.page = page
    this.line = line
    page.on('pageerror', error => this.problems.push(String(error)))
    page.on('console', message => {
      if (message.text().includes('Content Security Policy')) this.problems.push(message.text())
    })
  }

  static async open(browser: Browser, port: number, options: BrowserContextOptions = {}): Promise<Visitor> {
    const line = await cuttingProxy(port)
    const context = await browser.newContext(options)
    const visitor = new Visitor(await context.newPage(), line)
    await visitor.page.goto(line.url)
    return visitor
  }

  async enter(name: string): Promise<void> {
    await this.page.getByLabel('Name').fill(name)
    await this.page.getByRole('button', { name: 'Join the chat' }).click()
    await this.sees('its own name', async () => (await this.people()).includes(name))
  }

  async say(...texts: string[]): Promise<void> {
    for (const text of texts) {
      await this.page.getByLabel('Message', { exact: true }).fill(text)
      await this.page.keyboard.press('Enter')
    }
  }

  /** What stands in the room, in order; not what is on its way. */
  messages(): Promise<string[]> {
    return this.page.locator('#log .message p').allTextContents()
  }

  people(): Promise<string[]> {
    return this.page.locator('#people li > span:last-child').allTextContents()
  }

  text(selector: string): Promise<string | null> {
    return this.page.locator(selector).textContent()
  }

  count(selector: string): Promise<number> {
    return this.page.locator(selector).count()
  }

  status(): Promise<string | null> {
    return this.page.locator('#status').getAttribute('data-state')
  }

  sees(what: string, condition: () => Promise<boolean>): Promise<void> {
    return until(`${what} on the page`, condition, 20_000)
  }

  async seesMessages(count: number): Promise<void> {
    await this.sees(`${count} messages`, async () => (await this.messages()).length >= count)
  }

  /** The wire is cut, and the browser knows that it has no network. */
  async goOffline(): Promise<void> {
    this.line.cut()
    await this.page.context().setOffline(true)
    await this.sees('that it is away', async () => (await this.status()) === 'away')
  }

  async goOnline(): Promise<void> {
    this.line.restore()
    await this.page.context().setOffline(false)
    await this.sees('that it is back', async () => (await this.status()) === 'connected')
  }

  async close(): Promise<void> {
    await this.page.context().close()
    await this.line.close()
  }
}
