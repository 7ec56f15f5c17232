// References and rename locations of one end of a route's name → those of both ends, and none in the generated client.
import type ts from 'typescript'
import type { RouteProject } from './project.ts'
import { type RouteName, routeNames, type Spot, spotKey } from './route-names.ts'

export function symbolsOf(
  project: RouteProject,
  own: readonly ts.ReferencedSymbol[] | undefined,
): ts.ReferencedSymbol[] | undefined {
  const found = own?.flatMap(({ references }) => references)
  const touched = touchedNames(project, found)
  if (!own) return undefined
  if (touched.length === 0) return keptSymbols(project, own)
  const all = [
    ...own,
    ...askedElsewhere(
      project,
      touched,
      found,
      (service, { fileName, textSpan }) => service.findReferences(fileName, textSpan.start) ?? [],
    ),
  ]
  // One symbol to the reader: defined where the route is exported.
  const exported = new Set(touched.map(name => spotKey(name.exported)))
  const definition = (all.find(it => exported.has(spotKey(it.definition))) ?? all[0])?.definition
  const references = outsideClient(project, distinct(all.flatMap(it => it.references)))
  return definition ? [{ definition, references }] : [...own]
}

export function referencesOf(
  project: RouteProject,
  own: readonly ts.ReferenceEntry[] | undefined,
): ts.ReferenceEntry[] | undefined {
  const touched = touchedNames(project, own)
  const others = askedElsewhere(
    project,
    touched,
    own,
    (service, { fileName, textSpan }) => service.getReferencesAtPosition(fileName, textSpan.start) ?? [],
  )
  if (touched.length > 0) return outsideClient(project, distinct([...(own ?? []), ...others]))
  return own?.filter(({ fileName }) => !project.isOnlyInMemory(fileName))
}

/** The generated client follows by itself, so an edit of it is neither wanted nor, where it is only in memory, possible. */
export function renameLocationsOf(
  project: RouteProject,
  own: readonly ts.RenameLocation[] | undefined,
  findInStrings: boolean,
  findInComments: boolean,
  preferences: ts.UserPreferences | boolean | undefined,
): readonly ts.RenameLocation[] | undefined {
  // `export { newName as name }`: what the client calls stays.
  const renamed = own?.filter(({ prefixText, suffixText }) => !prefixText && !suffixText)
  const options =
    typeof preferences === 'object'
      ? preferences
      : { providePrefixAndSuffixTextForRename: preferences ?? false }
  const others = askedElsewhere(
    project,
    touchedNames(project, renamed),
    renamed,
    (service, { fileName, textSpan }) =>
      service.findRenameLocations(fileName, textSpan.start, findInStrings, findInComments, options) ?? [],
  )
  return own && outsideClient(project, distinct([...own, ...others]))
}

function touchedNames(project: RouteProject, found: readonly Spot[] | undefined): RouteName[] {
  const program = project.program()
  if (!found || !program) return []
  const keys = new Set(found.map(spotKey))
  return routeNames(project, program).filter(
    ({ exported, called }) => keys.has(spotKey(exported)) || (called && keys.has(spotKey(called))),
  )
}

/** The other ends of names in this project, and those in the client in the projects that use it. */
function askedElsewhere<Found>(
  project: RouteProject,
  names: readonly RouteName[],
  found: readonly Spot[] | undefined,
  ask: (service: ts.LanguageService, end: Spot) => readonly Found[],
): Found[] {
  const here = otherEnds(names, found).flatMap(end => ask(project.service, end))
  const called = names.flatMap(name => name.called ?? [])
  const users = called.length > 0 ? project.clientUsers() : []
  return [...here, ...users.flatMap(service => called.flatMap(end => ask(service, end)))]
}

/** Ends that are not among what was found. */
function otherEnds(names: readonly RouteName[], found: readonly Spot[] | undefined): Spot[] {
  const keys = new Set(found?.map(spotKey))
  return names
    .flatMap(({ exported, called }) => (called ? [exported, called] : [exported]))
    .filter(end => !keys.has(spotKey(end)))
}

function keptSymbols(project: RouteProject, symbols: readonly ts.ReferencedSymbol[]): ts.ReferencedSymbol[] {
  return symbols.flatMap(({ definition, references }) => {
    const kept = references.filter(({ fileName }) => !project.isOnlyInMemory(fileName))
    return kept.length === 0 && references.length > 0 ? [] : [{ definition, references: kept }]
  })
}

function outsideClient<Found extends Spot>(project: RouteProject, found: readonly Found[]): Found[] {
  return found.filter(({ fileName }) => fileName !== project.clientPath())
}

function distinct<Found extends Spot>(found: readonly Found[]): Found[] {
  return [...new Map(found.map(it => [spotKey(it), it])).values()]
}
