// Routes in → what TypeScript's own checker says of the client module that is emitted for them, and of a file that uses it, out.
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { routesToClientModule } from '../../transformer/src/emit/routes-to-client-module.ts'
import type { AnyRouteModel } from '../../transformer/src/model/route-model.ts'
import type { TypeGraph } from '../../transformer/src/model/type-model.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  paths: {
    '@alien-rpc/service/client': [`${root}runtime/src/client.ts`],
    '@alien-rpc/service/msgpack': [`${root}runtime/src/msgpack.ts`],
  },
  types: [],
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  declaration: true,
  isolatedDeclarations: true,
}

/** What TypeScript says, under its strictest settings, of the module and of a file that imports it as `./client`. */
export function complaints(
  routes: readonly AnyRouteModel[],
  types: TypeGraph = new Map(),
  usage = 'export {}',
): string[] {
  const files = new Map([
    [posix.join(root, 'virtual/client.ts'), routesToClientModule(routes, types)],
    [posix.join(root, 'virtual/usage.ts'), usage],
  ])
  const host = ts.createCompilerHost(OPTIONS)
  const { fileExists, getSourceFile } = host
  host.fileExists = name => files.has(name) || fileExists(name)
  host.directoryExists = name => name.endsWith('/virtual') || ts.sys.directoryExists(name)
  host.getSourceFile = (name, options) => {
    const text = files.get(name)
    return text === undefined ? getSourceFile(name, options) : ts.createSourceFile(name, text, options)
  }
  const program = ts.createProgram([...files.keys()], OPTIONS, host)
  return [...files.keys()].flatMap(name => {
    const file = program.getSourceFile(name)!
    const all = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...program.getDeclarationDiagnostics(file),
    ]
    return all.map(({ messageText, start = 0 }) => {
      const { line } = file.getLineAndCharacterOfPosition(start)
      return `${posix.basename(name)}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
  })
}
