// A route call in → those of its options that the compiler must know, or a finding, out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { placeOf } from '../diagnostics/node-to-place.ts'

export interface OptionsReading {
  readonly strict: boolean
}

/** `route.post(path, { strict: true }, handler)`; without options there is nothing to ask the checker. */
export function readOptions(
  { ts, checker }: Compiler,
  call: ts.CallExpression,
  findings: Findings,
): OptionsReading {
  const node = call.arguments.length > 2 ? call.arguments[1] : undefined
  const option = node && checker.getPropertyOfType(checker.getTypeAtLocation(node), 'strict')
  if (!option) return { strict: false }
  const type = checker.getTypeOfSymbol(option)
  const { BooleanLiteral, Undefined } = ts.TypeFlags
  if ((type.flags & (BooleanLiteral | Undefined)) === 0) {
    const text = checker.typeToString(type)
    const message = `The option "strict" has the type ${text}, but the check of the arguments is generated from it: write true or false in the call.`
    findings.add('option-not-literal', placeOf(placeNode(ts, node, option)), message)
  }
  return { strict: (type.flags & BooleanLiteral) !== 0 && checker.typeToString(type) === 'true' }
}

/** The option itself where it is written in the call, else the options. */
function placeNode(ts: Compiler['ts'], node: ts.Expression, option: ts.Symbol): ts.Node {
  const declaration = option.valueDeclaration
  return declaration && ts.isObjectLiteralExpression(node) && declaration.parent === node ? declaration : node
}
