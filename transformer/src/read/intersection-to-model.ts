// An intersection of something with a form of its own (a string, an array, a Date) with brands and tags in → its TypeNode out.
import type ts from 'typescript'
import { readArray } from './array-to-model.ts'
import { hasOwnForm, platformModel } from './global-types.ts'
import { readSet } from './map-to-model.ts'
import { applyTags, tagsOf } from './tags-to-constraints.ts'
import type { TypeNode, TypeReader } from './type-node.ts'

/** Undefined for an intersection of objects: that is an object with the properties of all. */
export function readWhole(reader: TypeReader, type: ts.IntersectionType): TypeNode | undefined {
  const { compiler } = reader
  const part = type.types.find(it => hasOwnForm(compiler, it))
  if (!part) return undefined
  const tags = tagsOf(compiler, type)
  if (tags.length > 0) return applyTags(compiler, readBase(reader, part), part, tags)
  // A part that has a name may be read later: its problems are found through the node, not copied from it.
  const node = reader.read(part)
  return { model: node.model, problems: [], children: [{ step: '', node }] }
}

// Of an array or set that has a name, only its content is tagged: what the name stands for elsewhere stays as it is.
function readBase(reader: TypeReader, part: ts.Type): TypeNode {
  if (reader.compiler.checker.isArrayType(part)) return readArray(reader, part as ts.TypeReference)
  const platform = platformModel(reader.compiler, part)
  if (platform?.kind === 'set') return readSet(reader, part as ts.TypeReference, platform.readonly)
  return reader.read(part)
}
