// The source of a socket route in → what the compiler makes of it, ready to be run: the server's spec and the client's entry.
import type { SocketDetails } from '../../runtime/src/client/client-route.ts'
import type { CompiledSocket } from '../../runtime/src/compiled-route.ts'
import { routesToClientModule } from '../../transformer/src/emit/routes-to-client-module.ts'
import type { AnyRouteModel } from '../../transformer/src/model/route-model.ts'
import { runClientModule, runServerCode } from './type-models.ts'
import type { ProgramOf, VirtualProgram } from './virtual-program.ts'

export interface SocketSource {
  readonly program: VirtualProgram
  readonly routes: readonly AnyRouteModel[]
  /** By the names of the exported routes. */
  readonly specs: { readonly [name: string]: CompiledSocket }
  readonly entries: { readonly [name: string]: SocketDetails }
  /** The client module. */
  readonly client: string
}

/** Throws what is wrong with the source. */
export function compileSockets(programOf: ProgramOf, source: string): SocketSource {
  const program = programOf(source)
  const { routes, sockets, types, findings } = program.analysis
  const problems = [...program.typeErrors(), ...findings.map(finding => finding.message)]
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const all = [...routes, ...sockets]
  return {
    program,
    routes: all,
    specs: runServerCode(all, types) as unknown as SocketSource['specs'],
    entries: runClientModule(all, types).routes as unknown as SocketSource['entries'],
    client: routesToClientModule(all, types),
  }
}
