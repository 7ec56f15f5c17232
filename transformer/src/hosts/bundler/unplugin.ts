// A tsconfig → one plugin for all bundlers: modules with routes get their compiled code, findings are errors and warnings of the build.
import { resolve } from 'node:path'
import type { UnpluginBuildContext, UnpluginContext, UnpluginFactory } from 'unplugin'
import { type Finding, severityOf } from '../../model/finding.ts'
import type { SplicedSource } from './code-to-source.ts'
import { findingsToMessage } from './findings-to-message.ts'
import { moduleToSource } from './module-to-source.ts'
import { type OpenProject, openProject } from './tsconfig-to-project.ts'

export interface BundlerOptions {
  /** The tsconfig of the routes, with the entry that names the client. Default `tsconfig.json`. Relative to Vite's root, elsewhere to the current folder. */
  readonly tsconfig?: string
}

const NAME = '@alien-rpc/transformer'
const TYPESCRIPT_FILE = /\.[cm]?tsx?$/

/** Bundlers put queries behind the names of files. */
function fileOf(id: string): string {
  return id.replace(/[?#].*$/, '').replaceAll('\\', '/')
}

export const createBundlerPlugin: UnpluginFactory<BundlerOptions | undefined, false> = (
  { tsconfig = 'tsconfig.json' } = {},
  { framework },
) => {
  /** Vite's root is known once its configuration is; the others start where they are. */
  let opened: OpenProject | undefined
  const open = (folder: string): OpenProject => {
    opened ??= openProject(resolve(folder, tsconfig))
    return opened
  }
  const current = () => open(process.cwd())
  if (framework !== 'vite') current()
  const message = (findings: readonly Finding[]) => {
    const { ts, project } = current()
    return findingsToMessage(ts, project.state().program, findings)
  }
  /** A development server shows an error where it is asked for the module; a build fails at once. */
  let isServer = false
  /** What each module was given last. */
  const given = new Map<string, string>()

  function report(warn: (text: string) => void): void {
    const { findings } = current().project.state()
    const errors = findings.filter(finding => severityOf(finding) === 'error')
    const warnings = findings.filter(finding => !errors.includes(finding))
    if (warnings.length > 0) warn(message(warnings))
    if (errors.length > 0 && isServer) warn(message(errors))
    else if (errors.length > 0) throw new Error(message(errors))
  }

  function transform(
    context: UnpluginBuildContext & UnpluginContext,
    text: string,
    id: string,
  ): SplicedSource | undefined {
    const { project } = current()
    const file = fileOf(id)
    given.delete(file)
    const found = moduleToSource(current(), file, text)
    if (found === undefined) return undefined
    given.set(file, JSON.stringify(found.code))
    // A build that watches keeps the module until one of these has changed, and any file may declare a global type. To a server they
    // are as good as imports: it would reload pages for each.
    const watched = isServer ? project.dependenciesOf(file) : project.files()
    for (const dependency of watched) context.addWatchFile(dependency)
    return found.spliced
  }

  function isCurrent(file: string, code: string): boolean {
    return JSON.stringify(current().project.state().compiled.codeOf(file)) === code
  }

  return {
    name: NAME,
    enforce: 'pre',
    buildStart() {
      const { project } = current()
      project.invalidate()
      // esbuild watches what modules have asked for, and nothing else.
      if (framework !== 'esbuild') for (const file of project.files()) this.addWatchFile(file)
      const { warn } = this as Partial<UnpluginContext>
      report(text => (warn ? warn.call(this, text) : console.warn(text)))
    },
    watchChange() {
      current().project.invalidate()
    },
    transformInclude: id => TYPESCRIPT_FILE.test(fileOf(id)) && !id.includes('/node_modules/'),
    transform(text, id) {
      return transform(this, text, id)
    },
    vite: {
      configResolved({ command, root }) {
        isServer = command === 'serve'
        open(root)
      },
      // Nothing imports types at run time, so Vite does not know what else a change of them concerns.
      hotUpdate({ modules }) {
        // After `watchChange`. Writes the client, whose change comes to pages as that of any other module.
        current().project.state()
        const { moduleGraph } = this.environment
        const stale = [...given].flatMap(([file, code]) => (isCurrent(file, code) ? [] : [file]))
        const others = stale.flatMap(file => [...(moduleGraph.getModulesByFile(file) ?? [])])
        return [...new Set([...modules, ...others])]
      },
    },
  }
}
