// A script for python3-msgpack of Debian in → what it printed out: MessagePack as another language reads and writes it.
import { spawnSync } from 'node:child_process'

/** Debian's own Python: another one on the PATH would not see Debian's packages. */
const PYTHON = '/usr/bin/python3'

/** Undefined, with the reason on the console, where it is not there and cannot be installed. */
export function findPythonMsgpack(): string | undefined {
  if (hasMsgpack()) return PYTHON
  if (process.getuid?.() === 0) {
    spawnSync('apt-get', ['install', '-y', 'python3-msgpack'], { stdio: 'ignore', timeout: 60_000 })
    if (hasMsgpack()) return PYTHON
  }
  console.warn(`not judged by another language: "${PYTHON}" has no msgpack (apt-get install python3-msgpack)`)
  return undefined
}

function hasMsgpack(): boolean {
  return spawnSync(PYTHON, ['-c', 'import msgpack'], { stdio: 'ignore' }).status === 0
}

/** Throws with what Python says where the script fails. */
export function runPython(python: string, script: string, input: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script], { input, timeout: 20_000 })
  if (status !== 0) throw new Error(String(stderr))
  return stdout
}
