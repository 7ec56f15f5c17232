// What a package is to be called, and the project's package.json → the package.json of the package.
import type { PackageOptions } from './package-options.ts'

/** A package.json as it was read; empty where there is none. */
export type Manifest = Readonly<Record<string, unknown>>

/** `node`: what the runtime asks of Node. */
export function optionsToManifest(
  { name, version, inherit }: PackageOptions,
  project: Manifest,
  node: string,
  files: readonly string[],
): string {
  const own = project.version
  const manifest = {
    name,
    version: version ?? (typeof own === 'string' ? own : '0.0.0'),
    ...Object.fromEntries(
      inherit.flatMap(field => (project[field] === undefined ? [] : [[field, project[field]]])),
    ),
    type: 'module',
    sideEffects: false,
    engines: { node },
    // For resolution that does not know of `exports`.
    main: './index.cjs',
    module: './index.js',
    types: './index.d.cts',
    exports: {
      '.': {
        import: { types: './index.d.ts', default: './index.js' },
        require: { types: './index.d.cts', default: './index.cjs' },
      },
      './package.json': './package.json',
    },
    files,
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}
