// `alien-rpc doctor`: what is installed and configured → what is right, what is wrong, and what to do about it.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { findNodeAtLocation, type Node, parse, parseTree } from 'jsonc-parser'
import { type CliIo, EXIT } from './cli-io.ts'
import { installedVersion } from './installed-version.ts'
import { isWithoutTransformers, loadTypeScript } from './load-typescript.ts'

/** `problem` absent: all is well. A hint is no failure. */
interface Examination {
  readonly what: string
  readonly problem?: string
  readonly isHint?: boolean
}

export function doctorCommand(io: CliIo, project: string): number {
  const path = resolve(io.folder, project)
  const require = createRequire(join(dirname(path), 'package.json'))
  const typescript = installedVersion(require, 'typescript')
  const isNative = typescript !== undefined && isWithoutTransformers(typescript)
  const examined = [
    examineNode(process.versions.node),
    ...(isNative ? examineNativeCompiler(io, require, typescript) : examineCompiler(require, typescript)),
    ...examinePackages(require),
    ...examineNodeTypes(installedVersion(require, '@types/node')),
    ...examineTsconfig(path, require),
    ...(isNative ? [] : [examinePlugin(require), examineEditor(dirname(path))]),
  ]
  for (const { what, problem, isHint } of examined) {
    const mark = problem === undefined ? '✓' : isHint ? '–' : '✗'
    io.out(`${paint(io, mark)} ${what}${problem === undefined ? '' : `: ${problem}`}\n`)
  }
  return examined.some(({ problem, isHint }) => problem !== undefined && !isHint) ? EXIT.findings : EXIT.fine
}

function paint({ colours }: CliIo, mark: string): string {
  const colour = { '✓': 32, '✗': 31 }[mark]
  return colours && colour !== undefined ? `\u001b[${colour}m${mark}\u001b[0m` : mark
}

function examineNode(version: string): Examination {
  const what = `Node.js ${version}`
  return isAtLeast(version, [20, 19]) ? { what } : { what, problem: 'Alien RPC needs 20.19 or later' }
}

function examineCompiler(require: NodeJS.Require, typescript: string | undefined): Examination[] {
  if (typescript === undefined) return [missing('typescript', 'npm install -D typescript@6')]
  const what = `TypeScript ${typescript}`
  if (!isAtLeast(typescript, [5, 9])) return [{ what, problem: 'Alien RPC needs 5.9 or later' }]
  const major = Number(typescript.split('.')[0])
  const wanted = major === 5 ? 3 : 4
  const patch = installedVersion(require, 'ts-patch')
  if (patch === undefined) {
    const problem = `"npx tspc" needs it, bundlers and "node --import" do not: npm install -D ts-patch@${wanted}`
    return [{ what }, { what: 'ts-patch is not installed', problem, isHint: true }]
  }
  const fits = Number(patch.split('.')[0]) === wanted
  const problem = `TypeScript ${major} needs ts-patch ${wanted}: npm install -D ts-patch@${wanted}`
  return [{ what }, { what: `ts-patch ${patch}`, ...(fits ? {} : { problem }) }]
}

/** Bundlers, Node's hooks and this command use the TypeScript that comes with them; what runs inside the project's own cannot work. */
function examineNativeCompiler(io: CliIo, require: NodeJS.Require, typescript: string): Examination[] {
  const what = `TypeScript ${typescript}`
  const own = loadTypeScript(io.folder, io.require)?.ts.version
  if (own === undefined) {
    return [{ what, problem: 'it has no transformers, and there is no other: npm install -D typescript@6' }]
  }
  const fix = 'npm install -D typescript@6'
  const guests = ['ts-patch', '@alien-rpc/tsserver-plugin'].filter(name => installedVersion(require, name))
  const examined = [
    { what: `${what}; routes are compiled by TypeScript ${own}, which comes with the transformer` },
  ]
  if (guests.length > 0) {
    const problem = `TypeScript 7 takes no plugins: remove it, or ${fix}`
    return [...examined, ...guests.map(name => ({ what: name, problem }))]
  }
  const problem = `those run inside the TypeScript of the project, and 7 takes no plugins: ${fix}`
  return [...examined, { what: 'no "npx tspc", no editor plugin', problem, isHint: true }]
}

function examinePackages(require: NodeJS.Require): Examination[] {
  const service = installedVersion(require, '@alien-rpc/service')
  const transformer = installedVersion(require, '@alien-rpc/transformer')
  return [
    service === undefined
      ? missing('@alien-rpc/service', 'npm install @alien-rpc/service')
      : { what: `@alien-rpc/service ${service}` },
    transformer === undefined
      ? missing('@alien-rpc/transformer', 'npm install -D @alien-rpc/transformer')
      : {
          what: `@alien-rpc/transformer ${transformer}`,
          ...(service !== undefined && service !== transformer
            ? {
                problem: `its version differs from that of @alien-rpc/service (${service}): install the same of both`,
              }
            : {}),
        },
  ]
}

function examinePlugin(require: NodeJS.Require): Examination {
  const version = installedVersion(require, '@alien-rpc/tsserver-plugin')
  if (version !== undefined) return { what: `@alien-rpc/tsserver-plugin ${version}` }
  const problem = 'npm install -D @alien-rpc/tsserver-plugin shows route errors in the editor'
  return { what: '@alien-rpc/tsserver-plugin is not installed', problem, isHint: true }
}

/** A server's own code is the reason to have them: `@alien-rpc/service/node` speaks of Node's requests. */
function examineNodeTypes(version: string | undefined): Examination[] {
  if (version !== undefined) return []
  const problem =
    'npm install -D @types/node, and "types": ["node"] in the tsconfig, are needed to serve on Node.js'
  return [{ what: '@types/node is not installed', problem, isHint: true }]
}

function examineTsconfig(path: string, require: NodeJS.Require): Examination[] {
  if (!existsSync(path)) return [{ what: path, problem: 'there is no such file; name one with -p' }]
  const entry = entryOf(parseTree(readFileSync(path, 'utf8')))
  const what = 'the tsconfig entry'
  if (entry === undefined) {
    return [
      {
        what,
        problem: 'there is none (or it is in a file that this one extends): npx alien-rpc init',
        isHint: hasExtends(path),
      },
    ]
  }
  const option = (name: string) => findNodeAtLocation(entry, [name])
  const examined: Examination[] = []
  if (option('transformProgram')?.value !== true) {
    examined.push({
      what,
      problem: 'it lacks "transformProgram": true, so ts-patch would not run it as what it is',
    })
  }
  if (option('name') === undefined) {
    const problem = 'with "name": "@alien-rpc/tsserver-plugin" the editor would know routes too'
    examined.push({ what, problem, isHint: true })
  }
  if (option('client') === undefined) {
    examined.push({
      what,
      problem: 'with "client": "src/generated/client.ts" a client would be generated',
      isHint: true,
    })
  }
  if (option('package') !== undefined && installedVersion(require, 'esbuild') === undefined) {
    examined.push({ what: '"package"', problem: 'the client is bundled by esbuild: npm install -D esbuild' })
  }
  return examined.length > 0 ? examined : [{ what }]
}

function hasExtends(path: string): boolean {
  return parse(readFileSync(path, 'utf8'))?.extends !== undefined
}

function entryOf(root: Node | undefined): Node | undefined {
  const plugins = root && findNodeAtLocation(root, ['compilerOptions', 'plugins'])
  return plugins?.children?.find(
    entry => findNodeAtLocation(entry, ['transform'])?.value === '@alien-rpc/transformer',
  )
}

/** Plugins are searched beside the TypeScript that runs; only VS Code brings one of its own. */
function examineEditor(folder: string): Examination {
  const file = join(folder, '.vscode', 'settings.json')
  const what = 'VS Code'
  const settings = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined
  if (settings?.['typescript.tsdk'] !== undefined)
    return { what: `${what} uses the TypeScript of the project` }
  const problem =
    'to see route errors in it, "npx alien-rpc init --vscode" makes it use the TypeScript of the project'
  return { what, problem, isHint: true }
}

function missing(name: string, fix: string): Examination {
  return { what: name, problem: `it is not installed: ${fix}` }
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}
