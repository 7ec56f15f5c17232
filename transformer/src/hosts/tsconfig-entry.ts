// Compiler options → where our entry of "plugins" stands in which tsconfig file, so that findings can point into it.
import { dirname } from 'node:path'
import type ts from 'typescript'
import type { TypeScript } from '../compiler.ts'
import type { Place } from '../model/finding.ts'

/** What TypeScript keeps of the tsconfig it read; the public type shows `unknown`. */
interface ConfigOptions {
  readonly configFilePath?: string
  readonly configFile?: ts.TsConfigSourceFile & { readonly extendedSourceFiles?: readonly string[] }
  readonly plugins?: readonly EntryConfig[]
}

/** An entry of "plugins" as ts-patch read it. */
export type EntryConfig = Readonly<Record<string, unknown>>

export interface TsconfigEntry {
  /** The tsconfig of the project: paths of the entry are relative to its folder. */
  readonly configPath: string
  readonly configFile: ts.JsonSourceFile
  /** False when files were named on the command line: then `include` plays no part. */
  readonly isWholeProject: boolean
  /** The file that holds the entry: the tsconfig or one it extends. */
  readonly holder: ts.JsonSourceFile
  readonly entry: ts.ObjectLiteralExpression | undefined
  /** How many entries for the same transformer come before it. */
  readonly index: number
}

/** Undefined when the program has no tsconfig. */
export function findTsconfigEntry(
  ts: TypeScript,
  options: ts.CompilerOptions,
  config: EntryConfig,
): TsconfigEntry | undefined {
  const { configFilePath: configPath, configFile: parsed, plugins = [] } = options as ConfigOptions
  if (configPath === undefined) return undefined
  const same = plugins.filter(({ transform }) => transform === config.transform)
  // ts-patch hands out copies, and runs equal entries once.
  const index = Math.max(
    0,
    same.findIndex(entry => JSON.stringify(entry) === JSON.stringify(config)),
  )
  const configFile = parsed ?? ts.readJsonConfigFile(configPath, ts.sys.readFile)
  const project = { configPath, configFile, isWholeProject: parsed !== undefined, index }
  for (const extended of [undefined, ...(parsed?.extendedSourceFiles ?? [])]) {
    const file = extended === undefined ? configFile : ts.readJsonConfigFile(extended, ts.sys.readFile)
    const entry = entryIn(ts, file, config.transform, index)
    if (entry) return { ...project, holder: file, entry }
  }
  return { ...project, holder: configFile, entry: undefined }
}

/**
 * The place of an option's name or value, or of one in an option that is an object. What is not written there is shown at what
 * should hold it: the option, the entry, the start of the file.
 */
export function optionPlace(
  ts: TypeScript,
  { holder, entry }: TsconfigEntry,
  option: string | readonly string[] | undefined,
  part: 'name' | 'value',
): Place {
  let node: ts.Node | undefined = entry
  const names = option === undefined ? [] : [option].flat()
  for (const [index, name] of names.entries()) {
    if (!node || !ts.isObjectLiteralExpression(node)) break
    const property = propertyOf(ts, node, name)
    if (!property) break
    const isLast = index === names.length - 1
    node = part === 'name' && isLast ? property.name : property.initializer
  }
  if (!node) return { file: holder.fileName, start: 0, length: 1 }
  const start = node.getStart(holder)
  return { file: holder.fileName, start, length: node.end - start }
}

export function configFolder(entry: TsconfigEntry): string {
  return dirname(entry.configPath)
}

function entryIn(
  ts: TypeScript,
  file: ts.JsonSourceFile,
  transform: unknown,
  index: number,
): ts.ObjectLiteralExpression | undefined {
  const root = file.statements[0]?.expression
  const options = root && objectOf(ts, root, 'compilerOptions')
  const plugins = options && propertyOf(ts, options, 'plugins')?.initializer
  if (!plugins || !ts.isArrayLiteralExpression(plugins)) return undefined
  const entries = plugins.elements.filter(ts.isObjectLiteralExpression).filter(element => {
    const value = propertyOf(ts, element, 'transform')?.initializer
    return value !== undefined && ts.isStringLiteral(value) && value.text === transform
  })
  return entries[index]
}

function objectOf(ts: TypeScript, node: ts.Node, name: string): ts.ObjectLiteralExpression | undefined {
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const value = propertyOf(ts, node, name)?.initializer
  return value && ts.isObjectLiteralExpression(value) ? value : undefined
}

function propertyOf(
  ts: TypeScript,
  object: ts.ObjectLiteralExpression,
  name: string,
): ts.PropertyAssignment | undefined {
  return object.properties.filter(ts.isPropertyAssignment).find(property => {
    return ts.isStringLiteral(property.name) && property.name.text === name
  })
}
