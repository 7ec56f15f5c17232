// The routes of a project → a table for people, or data for scripts.
import { modelToType } from '../../emit/model-to-declaration.ts'
import { createTypes } from '../../emit/type-facts.ts'
import type { Analysis, AnyRouteModel } from '../../model/route-model.ts'
import type { TypeModel } from '../../model/type-model.ts'

export interface RouteRow {
  readonly method: string
  readonly path: string
  readonly name: string
  readonly output: AnyRouteModel['output']
  /** TypeScript types, on one line; absent where there is none. */
  readonly takes?: string
  readonly gives?: string
  readonly file: string
}

/** Sorted by path, then method. `fileOf` shortens the path of a file. */
export function routesToRows(
  { routes, sockets, types: graph }: Analysis,
  fileOf: (file: string) => string,
): RouteRow[] {
  const types = createTypes(graph)
  const scope = { types, nameOf: (id: string) => graph.get(id)?.name ?? id }
  const show = (model: TypeModel) => modelToType(model, scope).replace(/\s*\n\s*/g, ' ')
  const rows = [...routes, ...sockets].map(route => ({
    method: route.output === 'socket' ? 'WS' : route.method,
    path: route.path,
    name: route.name,
    output: route.output,
    ...(route.output !== 'socket' && route.args ? { takes: show(route.args.model) } : {}),
    ...(route.output !== 'socket' && route.result ? { gives: show(route.result) } : {}),
    file: fileOf(route.place.file),
  }))
  const key = ({ path, method }: RouteRow) => `${path} ${method}`
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

// A terminal's line holds about this much of a type; `--json` shows all of it.
const MAX_TYPE_LENGTH = 60

export function rowsToTable(rows: readonly RouteRow[]): string {
  const head = ['METHOD', 'PATH', 'NAME', 'OUTPUT', 'TAKES', 'GIVES']
  const body = rows.map(({ method, path, name, output, takes = '', gives = '' }) => [
    ...[method, path, name, output],
    ...[takes, gives].map(shorten),
  ])
  const lines = [head, ...body]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  return lines
    .map(
      line =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function shorten(text: string): string {
  return text.length <= MAX_TYPE_LENGTH ? text : `${text.slice(0, MAX_TYPE_LENGTH - 1)}…`
}
