// A program that a test drives, and a machine → its path out: found, or installed where that can be done, or a clear word that it cannot.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface DebianProgram {
  /** As a sentence names it: "a real Chromium". */
  readonly title: string
  /** An environment variable that may hold its path. */
  readonly variable: string
  readonly names: readonly string[]
  readonly debianPackage: string
}

/** Time for Debian's packages to be fetched and unpacked, in ms. */
const INSTALL_TIME = 300_000

export function findOrInstall(program: DebianProgram): string {
  const found = find(program)
  if (found !== undefined) return found
  const problem = installProblem(program.debianPackage)
  const installed = find(program)
  if (installed !== undefined) return installed
  const { title, variable, names, debianPackage } = program
  throw new Error(
    `This test drives ${title}, and there is none: not at ${variable} (${process.env[variable] ?? 'not set'}), and no ` +
      `${names.join(', ')} in PATH. Installing it failed: ${problem}. Install Debian's package ("apt-get install ${debianPackage}") ` +
      `or set ${variable} to the path of one.`,
  )
}

function find({ variable, names }: DebianProgram): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = names.flatMap(name => folders.map(folder => join(folder, name)))
  return [process.env[variable], ...candidates].find(
    (path): path is string => path !== undefined && isExecutable(path),
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return false
  }
}

/** Why it could not be installed, or undefined. Only root can, and only where there is apt. */
function installProblem(debianPackage: string): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may install packages'
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', debianPackage]]) {
    const { error, status, stderr } = spawnSync('apt-get', args, {
      env,
      encoding: 'utf8',
      timeout: INSTALL_TIME,
    })
    if (error !== undefined) return `apt-get ${args[0]}: ${error.message}`
    if (status !== 0) return `apt-get ${args[0]} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`
  }
  return undefined
}
