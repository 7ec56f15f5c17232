// The text of the client → its file on disk, written whole or not at all, and only if its bytes changed.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import { isGenerated } from '../model/generated.ts'

export type ClientOnDisk =
  | { readonly state: 'absent' | 'foreign' }
  | { readonly state: 'ours'; readonly text: string }

export function readClient(path: string): ClientOnDisk {
  if (!existsSync(path)) return { state: 'absent' }
  const text = readFileSync(path, 'utf8')
  return isGenerated(text) ? { state: 'ours', text } : { state: 'foreign' }
}

/**
 * Writes through the compiler's host, which forgets that the file was not there: with `-b`, the projects built next look
 * for it in the same caches. Returns what went wrong, if anything did.
 */
export function writeClient(
  ts: TypeScript,
  host: ts.CompilerHost,
  path: string,
  text: string,
): string | undefined {
  let problem: string | undefined
  const direct = ts.sys.writeFile
  ts.sys.writeFile = writeWhole
  try {
    host.writeFile(path, text, false, message => {
      problem = message
    })
  } finally {
    ts.sys.writeFile = direct
  }
  return problem
}

/** A reader sees the old file or the new one, never a part. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}
