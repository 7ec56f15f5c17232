// A module's text, as loaders for webpack are given it → the text with its routes compiled: for Turbopack, which runs loaders and no plugins.
import { resolve } from 'node:path'
import { moduleToSource } from './module-to-source.ts'
import { type OpenProject, openProject } from './tsconfig-to-project.ts'

/** What webpack's documentation calls the loader context, as far as it is used here. */
interface LoaderContext {
  readonly resourcePath: string
  getOptions(): { readonly tsconfig?: string }
  /** The module is given to the loader again when that file has changed. */
  addDependency(file: string): void
  callback(error: Error | null, text?: string, map?: string): void
}

/** One for each tsconfig: a loader is called for each module, and is told of no beginning. */
function rememberProjects(): (tsconfig: string) => OpenProject {
  const projects = new Map<string, OpenProject>()
  return tsconfig => {
    const opened = projects.get(tsconfig) ?? openProject(tsconfig)
    projects.set(tsconfig, opened)
    return opened
  }
}

const projectOf = rememberProjects()

export function alienRpcLoader(this: LoaderContext, text: string): void {
  try {
    const opened = projectOf(resolve(this.getOptions().tsconfig ?? 'tsconfig.json'))
    const file = this.resourcePath.replaceAll('\\', '/')
    opened.project.refresh(file)
    const spliced = moduleToSource(opened, file, text)?.spliced
    // Any file may declare a global type, and a module without routes may get one.
    for (const dependency of opened.project.files()) this.addDependency(dependency)
    this.callback(null, spliced?.code ?? text, spliced?.map.toString())
  } catch (error) {
    this.callback(error as Error)
  }
}
