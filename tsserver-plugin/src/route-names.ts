// A program → where the name of each route stands: where its module exports it, and where the generated client declares its method.
import type ts from 'typescript'
import type { NamedRoute } from '../../transformer/src/read/declaration-to-name.ts'
import type { RouteProject } from './project.ts'

export interface Spot {
  readonly fileName: string
  readonly textSpan: ts.TextSpan
}

/** The two ends of one name. TypeScript sees no relation between them. */
export interface RouteName {
  readonly route: NamedRoute
  /** The name as it is exported: the constant's, or `name` of `export { constant as name }`. */
  readonly exported: Spot
  /** Absent while the client does not have the route. */
  readonly called?: Spot
}

export function routeNames(project: RouteProject, program: ts.Program): RouteName[] {
  const client = project.clientPath()
  const clientFile = client === undefined ? undefined : program.getSourceFile(client)
  const methods = clientFile ? clientMethods(project, clientFile) : new Map<string, Spot>()
  return project
    .analysis()
    .declared(project.compilerOf(program))
    .map(route => {
      const called = methods.get(route.name)
      return { route, exported: exportedAt(project, program, route), ...(called ? { called } : {}) }
    })
}

export function spotKey({ fileName, textSpan }: Spot): string {
  return `${fileName}:${textSpan.start}:${textSpan.length}`
}

function exportedAt({ ts }: RouteProject, program: ts.Program, route: NamedRoute): Spot {
  const { file, start, length } = route.place
  const source = program.getSourceFile(file)
  const declared = { fileName: file, textSpan: { start, length } }
  if (!source || source.text.slice(start, start + length) === route.name) return declared
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue
    if (statement.moduleSpecifier || !ts.isNamedExports(statement.exportClause)) continue
    const specifier = statement.exportClause.elements.find(({ name }) => name.text === route.name)
    if (specifier) return spotOf(source, specifier.name)
  }
  return declared
}

function clientMethods({ ts }: RouteProject, client: ts.SourceFile): Map<string, Spot> {
  const methods = new Map<string, Spot>()
  for (const statement of client.statements) {
    if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== 'Client') continue
    for (const { name } of statement.members) {
      if (name && ts.isIdentifier(name)) methods.set(name.text, spotOf(client, name))
    }
  }
  return methods
}

function spotOf(file: ts.SourceFile, node: ts.Node): Spot {
  const start = node.getStart(file)
  return { fileName: file.fileName, textSpan: { start, length: node.getEnd() - start } }
}
