// Source files and what is generated from each → versions that change exactly when the generated code does.
// A builder (`--incremental`, `-b`, `-w`) emits and checks a file again when its version changed. A route file's code also
// depends on types of other files, of which a builder with `isolatedModules` knows nothing.
import { createHash } from 'node:crypto'
import type ts from 'typescript'
import { versionedFile } from './typescript-internals.ts'

const MARK = ':alien-rpc:'

/** `derivedOf` is everything that was made from the file: its code and its findings. Undefined: nothing was. */
export function markVersions(
  files: readonly ts.SourceFile[],
  derivedOf: (file: ts.SourceFile) => unknown,
): void {
  for (const file of files) {
    const versioned = versionedFile(file)
    // No builder runs: nobody compares versions.
    if (versioned.version === undefined) continue
    // A file is kept from program to program, with the mark of the last one.
    const [own] = versioned.version.split(MARK)
    const derived = derivedOf(file)
    versioned.version = derived === undefined ? own! : `${own}${MARK}${digest(derived)}`
  }
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}
