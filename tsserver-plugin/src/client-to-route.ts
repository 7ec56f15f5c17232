// Definitions that lead into the generated client → the routes that its methods call, and nothing that is not on disk.
import type ts from 'typescript'
import { socketTypeName } from '../../transformer/src/emit/socket-to-client.ts'
import type { NamedRoute } from '../../transformer/src/read/declaration-to-name.ts'
import type { RouteProject } from './project.ts'
import { type RouteName, routeNames, type Spot, spotKey } from './route-names.ts'

/** `client.getUser` leads to the route `getUser`, `socket.notify` to the route of the socket; every other definition stays what it is. */
export function definitionsOf(
  project: RouteProject,
  definitions: readonly ts.DefinitionInfo[],
): readonly ts.DefinitionInfo[] {
  const names = namesFor(project, definitions)
  if (!names) return definitions
  const found = definitions.flatMap(definition => {
    const name = names.find(it => isDefinedBy(it, definition))
    if (name) return [toDefinition(project, definition, name)]
    return project.isOnlyInMemory(definition.fileName) ? [] : [definition]
  })
  return [...new Map(found.map(it => [spotKey(it), it])).values()]
}

/** A method of the client has no body; what runs is the route. */
export function implementationsOf(
  project: RouteProject,
  own: readonly ts.ImplementationLocation[] | undefined,
  file: string,
  position: number,
): readonly ts.ImplementationLocation[] | undefined {
  const route = routeCalledAt(project, file, position)
  if (!route) return own?.filter(({ fileName }) => !project.isOnlyInMemory(fileName))
  return [{ ...route.exported, kind: project.ts.ScriptElementKind.constElement, displayParts: [] }]
}

/** The route whose method of the client stands at a position of another file. */
export function routeCalledAt(project: RouteProject, file: string, position: number): RouteName | undefined {
  const definitions = project.service.getDefinitionAtPosition(file, position) ?? []
  return namesFor(project, definitions)?.find(({ called }) => definitions.some(it => isAt(called, it)))
}

/** Undefined where no definition leads into the client, which is most of the time. */
function namesFor(project: RouteProject, definitions: readonly Spot[]): RouteName[] | undefined {
  const client = project.clientPath()
  const program = project.program()
  if (client === undefined || !program) return undefined
  return definitions.some(it => it.fileName === client) ? routeNames(project, program) : undefined
}

function isDefinedBy({ route, called }: RouteName, definition: ts.DefinitionInfo): boolean {
  return (
    isAt(called, definition) || (called?.fileName === definition.fileName && isOfSocket(route, definition))
  )
}

function isOfSocket(route: NamedRoute, { name, containerName }: ts.DefinitionInfo): boolean {
  if (route.method !== 'WS') return false
  const type = socketTypeName(route.name)
  return containerName === type || (containerName === '' && name === type)
}

function isAt(spot: Spot | undefined, other: Spot): boolean {
  return spot !== undefined && spotKey(spot) === spotKey(other)
}

function toDefinition(
  { ts }: RouteProject,
  definition: ts.DefinitionInfo,
  { route, exported }: RouteName,
): ts.DefinitionInfo {
  const { contextSpan, originalTextSpan, originalFileName, originalContextSpan, ...rest } = definition
  return {
    ...rest,
    ...exported,
    name: route.name,
    kind: ts.ScriptElementKind.constElement,
    containerName: '',
  }
}
