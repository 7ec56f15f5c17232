// tsserver's request for a plugin in → a language service that knows routes out, one decoration a project.
import type ts from 'typescript'
import { definitionsOf, implementationsOf } from './client-to-route.ts'
import { completionsOf } from './completions.ts'
import { decorate, type Overrides } from './decorate.ts'
import { diagnosticsOf } from './diagnostics.ts'
import { combinedFixOf, fixesOf, ownCodes, registerCodes } from './fixes.ts'
import { hoverOf } from './hover.ts'
import { createLiveClient, type LiveClient } from './live-client.ts'
import { createProject, type RouteProject } from './project.ts'
import { referencesOf, renameLocationsOf, symbolsOf } from './references.ts'
import { editsOf, refactorsOf } from './to-stream.ts'

/**
 * tsserver calls `module.exports` with its own TypeScript, and then `create`: once a project, and both again, with the already
 * decorated service, after each change of the tsconfig. Then only the options are taken.
 */
export default function init({ typescript }: { typescript: typeof ts }): ts.server.PluginModule {
  registerCodes(typescript)
  return {
    create(info) {
      const service: DecoratedService = info.languageService
      if (service[PROJECT]) {
        service[PROJECT].configure(info)
        return service
      }
      const project = createProject(typescript, info)
      const client = createLiveClient(project, info)
      const decorated = decorate(service, overridesFor(project, client), client.sync, project.log)
      return Object.assign(decorated, { [PROJECT]: project })
    },
  }
}

/** Where a decorated service carries its project: the factory itself is made anew each time, and keeps nothing. */
const PROJECT = Symbol.for('alien-rpc.project')
type DecoratedService = ts.LanguageService & { readonly [PROJECT]?: RouteProject }

/** Every override is given TypeScript's own answer first; if it throws, that answer stays. */
function overridesFor(project: RouteProject, client: LiveClient): Overrides {
  return {
    getSemanticDiagnostics: (own, file) =>
      client.isPartial(file) ? [] : [...own, ...diagnosticsOf(project, client, file)],
    getQuickInfoAtPosition: (own, file, position) => hoverOf(project, own, file, position),
    getCompletionsAtPosition: (own, file, position) => completionsOf(project, own, file, position),
    getDefinitionAtPosition: own => own && definitionsOf(project, own),
    getDefinitionAndBoundSpan: own =>
      own?.definitions ? { ...own, definitions: definitionsOf(project, own.definitions) } : own,
    getTypeDefinitionAtPosition: own => own && definitionsOf(project, own),
    getImplementationAtPosition: (own, file, position) => implementationsOf(project, own, file, position),
    findReferences: own => symbolsOf(project, own),
    getReferencesAtPosition: own => referencesOf(project, own),
    findRenameLocations: (own, _file, _position, inStrings, inComments, preferences) =>
      renameLocationsOf(project, own, inStrings, inComments, preferences),
    getNavigateToItems: own => own.filter(({ fileName }) => !project.isOnlyInMemory(fileName)),
    // TypeScript answers codes that it does not know with a throw of its own, so it is never asked for ours.
    getCodeFixesAtPosition: {
      before: (file, start, end, codes, format, preferences) => [
        file,
        start,
        end,
        codes.filter(code => !ownCodes.has(code)),
        format,
        preferences,
      ],
      after: (own, file, start, end, codes) => [
        ...fixesOf(project, file, start, end, codes),
        // "Declare the method" in a file that is generated helps nobody.
        ...own.filter(({ changes }) => !changes.some(it => it.fileName === project.clientPath())),
      ],
    },
    getApplicableRefactors: (own, file, where) => [...own, ...refactorsOf(project, file, where)],
    getEditsForRefactor: {
      instead: (file, _format, where, refactor) => editsOf(project, file, where, refactor),
    },
    getCombinedCodeFix: {
      instead: (scope, fixId) => combinedFixOf(project, scope.fileName, fixId),
    },
  }
}
