// A node, or a range of a string literal, in → its place in the file out.
import type ts from 'typescript'
import type { Place } from '../model/finding.ts'

export function placeOf(node: ts.Node): Place {
  const file = node.getSourceFile()
  const start = node.getStart(file)
  return { file: file.fileName, start, length: Math.max(node.getEnd() - start, 1) }
}

/**
 * The place of `[offset, offset + length)` of a literal's text. A literal with escapes is marked as a whole, because
 * offsets in its value are then no offsets in the file.
 */
export function placeInLiteral(literal: ts.StringLiteralLike, offset: number, length: number): Place {
  const place = placeOf(literal)
  if (place.length !== literal.text.length + 2) return place
  const start = place.start + 1 + Math.min(offset, literal.text.length)
  return { file: place.file, start, length }
}
