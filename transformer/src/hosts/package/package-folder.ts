// The files of a package → its folder on disk: only what changed is written, each file whole, and what is left of an earlier one is removed.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { File } from './bundle-client.ts'

/** What the folder was made from and what it holds. It says that the folder is ours; npm does not pack it. */
const RECORD = '.alien-rpc-package.json'

interface Written {
  readonly inputs: string
  /** File → digest of its bytes. */
  readonly files: Readonly<Record<string, string>>
}

export type FolderState = 'current' | 'outdated' | 'foreign'

/** 'foreign': there is something that was not written here. `inputs`: a digest of all that the package is made from. */
export function folderState(folder: string, inputs: string): FolderState {
  if (!existsSync(folder)) return 'outdated'
  const written = readRecord(folder)
  if (!written) return readdirSync(folder).length > 0 ? 'foreign' : 'outdated'
  const isWhole = Object.entries(written.files).every(([name, digest]) => digestOf(folder, name) === digest)
  return isWhole && written.inputs === inputs ? 'current' : 'outdated'
}

/** Throws what the file system says. */
export function writeFolder(folder: string, inputs: string, files: readonly File[]): void {
  mkdirSync(folder, { recursive: true })
  const left = new Set(Object.keys(readRecord(folder)?.files ?? {}))
  for (const { name, text } of files) {
    left.delete(name)
    if (digestOf(folder, name) !== digest(text)) writeWhole(join(folder, name), text)
  }
  for (const name of left) rmSync(join(folder, name), { force: true })
  const written: Written = {
    inputs,
    files: Object.fromEntries(files.map(({ name, text }) => [name, digest(text)])),
  }
  writeWhole(join(folder, RECORD), `${JSON.stringify(written, null, 2)}\n`)
}

export function digest(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

function readRecord(folder: string): Written | undefined {
  const path = join(folder, RECORD)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Written) : undefined
}

function digestOf(folder: string, name: string): string | undefined {
  const path = join(folder, name)
  return existsSync(path) ? digest(readFileSync(path)) : undefined
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
