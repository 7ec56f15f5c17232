// A machine in → a Chromium that Playwright drives out: found, or installed where that can be done, or a clear word that it cannot.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
/** Nothing of the browser's own may reach the network or the machine's user. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Time for Debian's packages to be fetched and unpacked, in ms. */
const INSTALL_TIME = 300_000

/** With a fresh profile that is removed when it closes. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findOrInstall(), headless: true, args: FLAGS })
}

function findOrInstall(): string {
  const found = findChromium()
  if (found !== undefined) return found
  const problem = installProblem()
  const installed = findChromium()
  if (installed !== undefined) return installed
  throw new Error(
    `This test drives a real Chromium, and there is none: not at CHROMIUM (${process.env.CHROMIUM ?? 'not set'}), and no ` +
      `${NAMES.join(', ')} in PATH. Installing it failed: ${problem}. Install Debian's package ("apt-get install chromium") ` +
      'or set CHROMIUM to the path of one.',
  )
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = NAMES.flatMap(name => folders.map(folder => join(folder, name)))
  return [process.env.CHROMIUM, ...candidates].find(
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
function installProblem(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may install packages'
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
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
