// A route call in → those of its options that the compiler must know, or a finding, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'

export interface OptionsReading {
  readonly strict: boolean
  readonly framing?: 'json' | 'msgpack'
}

/** What is read of the options, and why it must be known. */
const READ = {
  strict: { values: 'true or false', why: 'the check of the arguments is generated from it' },
  framing: { values: '"json" or "msgpack"', why: 'the client is generated from it' },
} as const

/** `route.post(path, { strict: true }, handler)`; without options there is nothing to ask the checker. */
export function readOptions(compiler: Compiler, call: ts.CallExpression, findings: Findings): OptionsReading {
  const node = call.arguments.length > 2 ? call.arguments[1] : undefined
  if (!node) return { strict: false }
  const strict = readLiteral(compiler, node, 'strict', findings)
  return { strict: strict === 'true', ...readFraming(compiler, node, findings) }
}

/** `{ framing: 'msgpack' }`, of a route's options or of a socket's definition. */
export function readFraming(
  compiler: Compiler,
  options: ts.Expression,
  findings: Findings,
): Pick<OptionsReading, 'framing'> {
  const framing = readLiteral(compiler, options, 'framing', findings)
  return framing === '"json"' || framing === '"msgpack"' ? { framing: JSON.parse(framing) } : {}
}

/** The text of the option's type, where that is one literal. */
function readLiteral(
  { ts, checker }: Compiler,
  node: ts.Expression,
  name: keyof typeof READ,
  findings: Findings,
): string | undefined {
  const option = checker.getPropertyOfType(checker.getTypeAtLocation(node), name)
  if (!option) return undefined
  const type = checker.getTypeOfSymbol(option)
  const { BooleanLiteral, StringLiteral, Undefined } = ts.TypeFlags
  const text = checker.typeToString(type)
  if ((type.flags & (BooleanLiteral | StringLiteral)) !== 0) return text
  if ((type.flags & Undefined) !== 0) return undefined
  const { why, values } = READ[name]
  const message = `The option "${name}" has the type ${text}, but ${why}: write ${values} in the call.`
  findings.add('option-not-literal', placeOf(placeNode(ts, node, option)), message)
  return undefined
}

/** The option itself where it is written in the call, else the options. */
function placeNode(ts: Compiler['ts'], node: ts.Expression, option: ts.Symbol): ts.Node {
  const declaration = option.valueDeclaration
  return declaration && ts.isObjectLiteralExpression(node) && declaration.parent === node ? declaration : node
}
