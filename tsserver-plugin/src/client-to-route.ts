// Definitions that lead into the generated client → the routes that its methods call.
import type ts from 'typescript'
import type { RouteProject } from './project.ts'

/** `client.getUser` leads to the route `getUser`; every other definition stays what it is. */
export function definitionsOf(
  project: RouteProject,
  definitions: readonly ts.DefinitionInfo[],
): readonly ts.DefinitionInfo[] {
  const client = project.clientPath()
  const program = project.program()
  if (client === undefined || !program || !definitions.some(({ fileName }) => fileName === client))
    return definitions
  const { routes, sockets } = project.analysis(program)
  const all = [...routes, ...sockets]
  return definitions.map(definition => {
    const isMethod = definition.fileName === client && definition.containerName === 'Client'
    const route = isMethod ? all.find(({ name }) => name === definition.name) : undefined
    if (!route) return definition
    const { contextSpan, originalTextSpan, originalFileName, originalContextSpan, ...rest } = definition
    return {
      ...rest,
      fileName: route.place.file,
      textSpan: { start: route.place.start, length: route.place.length },
      kind: project.ts.ScriptElementKind.constElement,
      containerName: '',
    }
  })
}
