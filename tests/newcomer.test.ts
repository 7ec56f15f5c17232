// The README's first commands and files, and the packed packages, in → each command does what the page says, and the last one prints it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { codeBlocks } from './support/markdown.ts'
import { PackedPackages, runIn } from './support/packed-packages.ts'

const page = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')
const blocks = codeBlocks(page)
const commandsIn = (folder: string) =>
  blocks
    .filter(({ language, info }) => language === 'sh' && info === folder)
    .flatMap(({ text }) => text.trim().split('\n'))
const fileNamed = (name: string) => blocks.find(({ info }) => info === name)?.text ?? ''

describe('a newcomer', function () {
  // npm installs, and the compiler starts, a few times; more slowly on a busy machine.
  this.timeout(180_000)
  let packages: PackedPackages
  let server: ChildProcess | undefined

  before(() => {
    packages = new PackedPackages()
  })
  after(async () => {
    if (server?.exitCode === null) {
      server.kill()
      await once(server, 'exit')
    }
    packages.dispose()
  })

  /** Archives in place of the packages that are not on npm, and versions that npm's cache has in place of the newest. */
  const withArchives = (command: string) =>
    command.replaceAll(/(?<= )(@?\w[\w-]*(?:\/[\w-]+)?)(?:@\d+)?(?= |$)/g, (word, name: string) => {
      if (!command.startsWith('npm install') || name === 'install') return word
      return packages.archives.get(name) ?? packages.pinned(name)
    })

  const save = (folder: string, name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }

  const run = (folder: string, command: string) => {
    const { code, output } = runIn(folder, 'sh', ['-c', withArchives(command)])
    expect(code, `${command}\n${output}`).to.equal(0)
    return output
  }

  /** Resolves with what the server says first. */
  async function start(folder: string, command: string): Promise<string> {
    const env = { ...process.env, PORT: '0' }
    const [file = '', ...args] = command.split(' ')
    server = spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    return line.toString()
  }

  it('comes from an empty folder to a stream in another program, in ten commands', async () => {
    const [hello, app] = ['hello', 'app'].map(name => join(packages.folder, name)) as [string, string]
    mkdirSync(hello)
    mkdirSync(app)
    const [commands, appCommands] = [commandsIn('hello'), commandsIn('app')]
    expect(commands.length + appCommands.length).to.be.within(5, 10)

    const last = commands.pop() ?? ''
    for (const name of ['src/routes.ts', 'src/server.ts']) save(hello, name, fileNamed(name))
    const outputs = commands.map(command => [command, run(hello, command)] as const)
    expect(outputs.at(-1)).to.deep.equal(['npx tspc', ''])

    const url = /listening at (http:\S+)/.exec(await start(hello, last))?.[1]
    save(app, 'app.mjs', fileNamed('app.mjs').replace('http://localhost:3000', String(url)))
    const printed = appCommands.map(command => run(app, command)).at(-1)
    expect(printed).to.equal(fileNamed('prints'))
  })

  it('finds in README.md the tsconfig that "alien-rpc init" makes', () => {
    const project = packages.createProject({ 'package.json': '{ "type": "module" }' })
    packages.install(project, ['@alien-rpc/service', '@alien-rpc/transformer'])
    expect(run(project, 'npx alien-rpc init')).to.not.contain('npm pkg set')
    const made = JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8'))
    expect(made).to.deep.equal(JSON.parse(fileNamed('tsconfig.json')))
  })
})
