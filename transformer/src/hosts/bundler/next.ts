// A configuration of Next → the same with routes compiled, under Turbopack and webpack alike.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createWebpackPlugin } from 'unplugin'
import { severityOf } from '../../model/finding.ts'
import { findingsToMessage } from './findings-to-message.ts'
import { openProject } from './tsconfig-to-project.ts'
import { type BundlerOptions, createBundlerPlugin } from './unplugin.ts'

// Turbopack loads this file once more, by its path, and takes the default for the loader.
export { alienRpcLoader as default } from './loader.ts'

/** Next's own type is for the user's configuration to check; this is what is added to. */
interface NextConfig {
  readonly turbopack?: { readonly rules?: Readonly<Record<string, unknown>> }
  readonly webpack?: ((config: WebpackConfig, context: never) => WebpackConfig) | null | undefined
}

interface WebpackConfig {
  plugins?: unknown[]
}

const alienRpc = /* @__PURE__ */ createWebpackPlugin(createBundlerPlugin)

/** Where a route is declared, there is such a call: other modules are spared the way to another process. */
const DECLARATION = /\.(?:get|post|put|patch|delete|ws)\(/

/**
 * Compiles routes in `next build` and `next dev`. The client is written here, before anything imports it.
 *
 * @throws Error when there is no such tsconfig, and with the findings of a build that are errors.
 */
export function withAlienRpc<Config extends object>(config: Config, options: BundlerOptions = {}): Config {
  const tsconfig = resolve(options.tsconfig ?? 'tsconfig.json')
  writeClient(tsconfig)
  const { turbopack, webpack } = config as NextConfig
  const rule = {
    condition: { content: DECLARATION },
    loaders: [{ loader: fileURLToPath(import.meta.url), options: { tsconfig } }],
  }
  const added = {
    turbopack: { ...turbopack, rules: { '*.ts': rule, '*.tsx': rule, ...turbopack?.rules } },
    webpack(given: WebpackConfig, context: never): WebpackConfig {
      const own = webpack?.(given, context) ?? given
      own.plugins = [...(own.plugins ?? []), alienRpc({ tsconfig })]
      return own
    },
  }
  return { ...config, ...added }
}

/** The module that has a mistake says so again when it is compiled; a mistake between modules, only here. */
function writeClient(tsconfig: string): void {
  const { ts, project } = openProject(tsconfig)
  const { program, findings } = project.state()
  const errors = findings.filter(finding => severityOf(finding) === 'error')
  if (errors.length > 0) console.error(findingsToMessage(ts, program, errors))
}
