// The archive of a package, as npm would publish it, in → what publint and attw find wrong with it, one line each.
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/**
 * What is so on purpose. `require()` loads ES modules on every Node.js that the packages support (20.19 and later), which TypeScript knows; and resolution as of
 * Node.js 10 knows no `exports`.
 */
const isMeant = (problem: Problem) =>
  problem.kind === 'CJSResolvesToESM' ||
  (problem.kind === 'NoResolution' && problem.resolutionKind === 'node10')

/** `archive` holds the bytes of a .tgz. `isDual`: it has CommonJS too, and none of this is meant. Empty when all is well. */
export async function lintPackage(archive: Uint8Array, isDual = false): Promise<string[]> {
  const bytes = new Uint8Array(archive)
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true })
  const checked = await checkPackage(createPackageFromTarballData(bytes))
  const problems = checked.types === false ? [] : checked.problems
  return [
    ...messages.map(message => `publint: ${formatMessage(message, pkg, { color: false })}`),
    ...problems.filter(it => isDual || !isMeant(it)).map(it => `attw: ${JSON.stringify(it)}`),
  ]
}
