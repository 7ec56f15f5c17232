// The option "package" of the tsconfig entry, as it was written → what it asks for, or what is wrong with it and where.
import { basename, dirname, relative, resolve } from 'node:path'
import { nearestName } from '../../diagnostics/nearest-name.ts'

/** Fields that say whose the package is, as they stand in the package.json of the project. */
export const INHERITABLE = [
  ...(['author', 'bugs', 'description', 'funding', 'homepage', 'keywords', 'license', 'private'] as const),
  ...(['publishConfig', 'repository'] as const),
]

export type InheritableField = (typeof INHERITABLE)[number]

export interface PackageOptions {
  /** An absolute path with forward slashes. */
  readonly outDir: string
  /** As npm knows the package. */
  readonly name: string
  /** Default: that of the project's package.json. */
  readonly version?: string
  /** Taken over from the project's package.json, where it has them. Default: none. */
  readonly inherit: readonly InheritableField[]
}

export interface PackageProblem {
  /** Path below `package`. */
  readonly key: readonly string[]
  readonly part: 'name' | 'value'
  readonly message: string
}

export const PACKAGE_KEYS = ['outDir', 'name', 'version', 'inherit']
const EXAMPLE = '{ "outDir": "dist/client", "name": "@acme/api-client" }'

/** Semantic Versioning 2.0.0, section 2, without leading zeros. */
const VERSION = /^(?:(?:0|[1-9]\d*)\.){2}(?:0|[1-9]\d*)(?:-[\w-]+(?:\.[\w-]+)*)?(?:\+[\w-]+(?:\.[\w-]+)*)?$/
/** npm's rules for new packages. */
const NAME = /^(?=.{1,214}$)(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
const NO_NAMES: ReadonlySet<string> = new Set(['node_modules', 'favicon.ico'])

/** `value` may be undefined: then there are no options. */
export function toPackageOptions(
  value: unknown,
  folder: string,
): { options?: PackageOptions; problems: PackageProblem[] } {
  const problems: PackageProblem[] = []
  // Another type than that of an object has been complained of.
  if (typeof value !== 'object' || value === null) return { problems }
  const complain = (key: string[], part: 'name' | 'value', message: string) => {
    problems.push({ key, part, message })
  }
  if (Array.isArray(value)) {
    complain([], 'value', `The option "package" takes an object, not an array: ${EXAMPLE}.`)
    return { problems }
  }
  const given = value as Readonly<Record<string, unknown>>
  for (const key of Object.keys(given).filter(it => !PACKAGE_KEYS.includes(it)))
    complain([key], 'name', unknownKey(key))
  const { outDir, name, version, inherit = [] } = given
  if (typeof outDir !== 'string' || outDir === '') {
    complain(['outDir'], 'value', missing('outDir', 'the folder that is written', outDir))
  }
  if (typeof name !== 'string') complain(['name'], 'value', missing('name', 'the name of the package', name))
  else if (!NAME.test(name) || NO_NAMES.has(name)) complain(['name'], 'value', badName(name))
  if (version !== undefined && (typeof version !== 'string' || !VERSION.test(version))) {
    complain(
      ['version'],
      'value',
      `"version" of the package should look like "1.2.3", not ${JSON.stringify(version)}.`,
    )
  }
  const unknown = toUnknownFields(inherit)
  if (unknown) complain(['inherit'], 'value', unknown)
  if (problems.length > 0) return { problems }
  return {
    problems,
    options: {
      outDir: resolve(folder, outDir as string).replaceAll('\\', '/'),
      name: name as string,
      ...(version === undefined ? {} : { version: version as string }),
      inherit: INHERITABLE.filter(field => (inherit as string[]).includes(field)),
    },
  }
}

export interface ProjectFolders {
  readonly configPath: string
  /** Where the compiler writes JavaScript and declarations. */
  readonly outputs: readonly string[]
  /** Of the program's own sources. */
  readonly sources: readonly string[]
  /** What the compiler makes of them, but for the extensions. */
  readonly emitted: readonly string[]
  /** Whether the tsconfig's "include" would take in a file. */
  includes(path: string): boolean
}

/** What speaks against writing there, if anything does. */
export function outDirProblem(outDir: string, project: ProjectFolders): string | undefined {
  const shown = JSON.stringify(relative(dirname(project.configPath), outDir) || '.')
  const hint = 'Choose a folder of its own, for example "dist/client" beside the compiled "dist/server".'
  if (project.outputs.some(output => outDir === output))
    return `The package cannot be written to ${shown}: the compiler writes its own output there. ${hint}`
  const inside = [...project.sources, project.configPath].find(file => file.startsWith(`${outDir}/`))
  if (inside !== undefined)
    return `The package cannot be written to ${shown}, which holds ${JSON.stringify(relative(outDir, inside))}. ${hint}`
  const emitted = project.emitted.find(file => file.startsWith(`${outDir}/`))
  if (emitted !== undefined)
    return `The package cannot be written to ${shown}: the compiler writes ${JSON.stringify(basename(emitted))} there. ${hint}`
  if (project.includes(`${outDir}/index.d.ts`))
    return `The package cannot be written to ${shown}, because "include" would make it a part of this project. Put it below "outDir", or add it to "exclude".`
  return undefined
}

function unknownKey(key: string): string {
  const near = nearestName(key, PACKAGE_KEYS)
  return `Unknown option "${key}" of "package". ${near === undefined ? `The options are ${PACKAGE_KEYS.join(', ')}.` : `Did you mean "${near}"?`}`
}

function missing(key: string, what: string, given: unknown): string {
  const found = given === undefined ? 'it is missing' : `not ${JSON.stringify(given)}`
  return `"package" needs "${key}", a text with ${what}; ${found}. For example ${EXAMPLE}.`
}

function badName(name: string): string {
  return `${JSON.stringify(name)} cannot be the name of a package: npm takes lower-case letters, digits, "-", "." and "_", after a scope like "@acme/" if there is one, up to 214 characters.`
}

function toUnknownFields(inherit: unknown): string | undefined {
  const list = `"inherit" takes an array of fields of package.json: ${INHERITABLE.join(', ')}.`
  if (!Array.isArray(inherit)) return list
  const fields: readonly unknown[] = INHERITABLE
  const unknown = inherit.filter(field => !fields.includes(field))
  return unknown.length === 0
    ? undefined
    : `${unknown.map(field => JSON.stringify(field)).join(', ')}: ${list}`
}
