// A template literal type, or a string intrinsic such as `Uppercase<string>`, in → its TypeNode out.
import type ts from 'typescript'
import type { Compiler } from '../compiler.ts'
import type { TemplateModel } from '../model/type-model.ts'
import { createNode, rejected, type TypeNode, typeText } from './type-node.ts'

type Hole = TemplateModel['holes'][number]

/** Literal unions in a hole never get here: TypeScript multiplies them out. */
export function readTemplate(compiler: Compiler, type: ts.TemplateLiteralType): TypeNode {
  const { ts, checker } = compiler
  const holes: Hole[] = []
  for (const part of type.types) {
    const hole = holeOf(ts, part)
    if (!hole) {
      const reason = `holds ${typeText(compiler, part)}, which is not supported in a template literal type; use string & t.Pattern<…>`
      return rejected('not-serializable', `${typeText(compiler, type)} ${reason}`)
    }
    holes.push(hole)
  }
  const text = checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
  return createNode({ kind: 'template', texts: type.texts, holes, text })
}

function holeOf({ TypeFlags }: Compiler['ts'], { flags }: ts.Type): Hole | undefined {
  if ((flags & (TypeFlags.String | TypeFlags.Any)) !== 0) return 'string'
  if ((flags & TypeFlags.Number) !== 0) return 'number'
  return (flags & TypeFlags.BigInt) !== 0 ? 'bigint' : undefined
}

/** What `value === value.toUpperCase()` and its like say, as patterns. ECMA-262, section 22.1.3.28; UAX #44, Changes_When_…. */
const INTRINSICS: ReadonlyMap<string, string> = new Map([
  ['Uppercase', '^\\P{Changes_When_Uppercased}*$'],
  ['Lowercase', '^\\P{Changes_When_Lowercased}*$'],
  // They look at the first UTF-16 unit only, so at no character beyond U+FFFF.
  ['Capitalize', '^(?![\\0-\\uFFFF](?<=\\p{Changes_When_Uppercased}))'],
  ['Uncapitalize', '^(?![\\0-\\uFFFF](?<=\\p{Changes_When_Lowercased}))'],
])

export function readStringIntrinsic(compiler: Compiler, type: ts.StringMappingType): TypeNode {
  const pattern = INTRINSICS.get(type.symbol.name)
  const isPlain = (type.type.flags & compiler.ts.TypeFlags.String) !== 0
  if (pattern !== undefined && isPlain) {
    return createNode({ kind: 'string', constraints: [{ tag: 'pattern', value: pattern }] })
  }
  const reason = 'is not supported on the wire; use string & t.Pattern<…>'
  return rejected('not-serializable', `${typeText(compiler, type)} ${reason}`)
}
