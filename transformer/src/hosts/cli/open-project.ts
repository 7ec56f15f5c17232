// A project's tsconfig → its analysis by the TypeScript it has; what stops that is said once, here.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { TypeScript } from '../../compiler.ts'
import { type CliIo, EXIT } from './cli-io.ts'
import { loadTypeScript } from './load-typescript.ts'
import { type AnalysedProject, analyseProject } from './project-to-analysis.ts'

/** A number is the exit code, and the reason has been printed. */
export function openProject(
  io: CliIo,
  project: string,
): (AnalysedProject & { readonly ts: TypeScript }) | number {
  const path = resolve(io.folder, project)
  if (!existsSync(path)) {
    io.error(
      `alien-rpc: there is no ${path}. "npx alien-rpc init" makes a tsconfig.json, "-p" names another file\n`,
    )
    return EXIT.unusable
  }
  const loaded = loadTypeScript(dirname(path), io.require)
  if (!loaded) {
    io.error('alien-rpc: there is no TypeScript 5.9 or 6 here. Install one: npm install -D typescript@6\n')
    return EXIT.unusable
  }
  const analysed = analyseProject(loaded.ts, path)
  if (typeof analysed !== 'string') return { ...analysed, ts: loaded.ts }
  io.error(`alien-rpc: ${analysed}\n`)
  return EXIT.unusable
}
