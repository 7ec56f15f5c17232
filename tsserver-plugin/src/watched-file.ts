// A source file of a program → whether its checker can have learnt anything of it yet.
import type ts from 'typescript'

export interface WatchedFile {
  readonly file: ts.SourceFile
  /** True where nobody has looked into the file, or at what it exports, since this program was made. */
  isUnseenIn(program: ts.Program): boolean
  /** What is looked at here is nobody's business. */
  unwatched<Result>(look: () => Result): Result
}

/**
 * A checker, and what asks it, comes to a module by what that exports, or by its statements: both note the program of the moment. Of
 * the program in which the watch began nothing is known. TypeScript binds a file before its first checker, which is no look.
 */
export function watchFile(
  file: ts.SourceFile,
  current: () => ts.Program | undefined,
): WatchedFile | undefined {
  const symbol: ts.Symbol | undefined = (file as { symbol?: ts.Symbol }).symbol
  if (!symbol?.exports) return undefined
  let seenIn = current()
  let isWatching = true
  const noted = (owner: object, name: string): void => {
    // Another project of this tsserver may watch the same file.
    const before = Object.getOwnPropertyDescriptor(owner, name)
    let value: unknown = before?.value
    Object.defineProperty(owner, name, {
      ...{ configurable: true, enumerable: true },
      get() {
        if (isWatching) seenIn = current()
        return before?.get ? before.get.call(owner) : value
      },
      set(next: unknown) {
        if (before?.set) before.set.call(owner, next)
        else value = next
      },
    })
  }
  noted(file, 'statements')
  noted(symbol, 'exports')
  return {
    file,
    isUnseenIn: program => program !== seenIn,
    unwatched(look) {
      isWatching = false
      try {
        return look()
      } finally {
        isWatching = true
      }
    },
  }
}
