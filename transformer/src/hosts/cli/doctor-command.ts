// `alien-rpc doctor`: what is installed and configured → what is right, what is wrong, and what to do about it.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { findNodeAtLocation, type Node, parse, parseTree } from 'jsonc-parser'
import { type CliIo, EXIT } from './cli-io.ts'

/** `problem` absent: all is well. A hint is no failure. */
interface Examination {
  readonly what: string
  readonly problem?: string
  readonly isHint?: boolean
}

export function doctorCommand(io: CliIo, project: string): number {
  const path = resolve(io.folder, project)
  const require = createRequire(join(dirname(path), 'package.json'))
  const examined = [
    examineNode(process.versions.node),
    ...examineCompiler(versionOf(require, 'typescript'), versionOf(require, 'ts-patch')),
    ...examinePackages(require),
    ...examineNodeTypes(versionOf(require, '@types/node')),
    ...examineTsconfig(path),
    examineEditor(dirname(path)),
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

function examineCompiler(typescript: string | undefined, patch: string | undefined): Examination[] {
  if (typescript === undefined) return [missing('typescript', 'npm install -D typescript@6')]
  const major = Number(typescript.split('.')[0])
  const what = `TypeScript ${typescript}`
  if (major >= 7) {
    return [
      {
        what,
        problem: 'it has no transformers, so "tspc" and the editor plugin need: npm install -D typescript@6',
      },
    ]
  }
  if (!isAtLeast(typescript, [5, 9])) return [{ what, problem: 'Alien RPC needs 5.9 or 6' }]
  const wanted = major === 5 ? 3 : 4
  if (patch === undefined) return [{ what }, missing('ts-patch', `npm install -D ts-patch@${wanted}`)]
  const fits = Number(patch.split('.')[0]) === wanted
  const problem = `TypeScript ${major} needs ts-patch ${wanted}: npm install -D ts-patch@${wanted}`
  return [{ what }, { what: `ts-patch ${patch}`, ...(fits ? {} : { problem }) }]
}

function examinePackages(require: NodeJS.Require): Examination[] {
  const service = versionOf(require, '@alien-rpc/service')
  const transformer = versionOf(require, '@alien-rpc/transformer')
  const plugin = versionOf(require, '@alien-rpc/tsserver-plugin')
  const examined: Examination[] = [
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
  if (plugin !== undefined) return [...examined, { what: `@alien-rpc/tsserver-plugin ${plugin}` }]
  const hint = 'npm install -D @alien-rpc/tsserver-plugin shows route errors in the editor'
  return [...examined, { what: '@alien-rpc/tsserver-plugin is not installed', problem: hint, isHint: true }]
}

/** A server's own code is the reason to have them: `@alien-rpc/service/node` speaks of Node's requests. */
function examineNodeTypes(version: string | undefined): Examination[] {
  if (version !== undefined) return []
  const problem =
    'npm install -D @types/node, and "types": ["node"] in the tsconfig, are needed to serve on Node.js'
  return [{ what: '@types/node is not installed', problem, isHint: true }]
}

function examineTsconfig(path: string): Examination[] {
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
  const option = (name: string): unknown => findNodeAtLocation(entry, [name])?.value
  const examined: Examination[] = []
  if (option('transformProgram') !== true) {
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

function versionOf(require: NodeJS.Require, name: string): string | undefined {
  try {
    return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'MODULE_NOT_FOUND' || code === 'ENOENT') return undefined
    throw error
  }
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}
