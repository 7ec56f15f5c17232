// A project's folder → the TypeScript to analyse it with: the project's own, or the one installed beside this package.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { TypeScript } from '../../compiler.ts'

export interface LoadedTypeScript {
  readonly ts: TypeScript
  /** False when the project has none, or one that programs cannot use (7 and later). */
  readonly isOfProject: boolean
}

/** 7 is a program in Go: it runs no transformers, and packages cannot load it. */
export function isWithoutTransformers(version: string): boolean {
  return Number(version.split('.')[0]) >= 7
}

/** Undefined when there is none at all that can be used. */
export function loadTypeScript(folder: string, own: NodeJS.Require): LoadedTypeScript | undefined {
  const ofProject = load(createRequire(join(folder, 'package.json')))
  if (ofProject) return { ts: ofProject, isOfProject: true }
  const besideUs = load(own)
  return besideUs && { ts: besideUs, isOfProject: false }
}

function load(require: NodeJS.Require): TypeScript | undefined {
  let path: string
  try {
    path = require.resolve('typescript')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
  const ts = require(path) as Partial<TypeScript>
  return typeof ts.createProgram === 'function' ? (ts as TypeScript) : undefined
}
