// A call over a socket in → the answer that most of its variants have, and the variants that are answered otherwise, out.
import type { AnswerModel, CallModel, VariantsModel } from '../model/route-model.ts'

export interface CallAnswers {
  /** Of every variant that is not listed. */
  readonly other: AnswerModel
  readonly variants?: VariantsModel
}

/** So that code for what is answered often stands only once. */
export function variantsToAnswers({ result, returns, variants }: CallModel): CallAnswers {
  if (!variants) return { other: { ...(result ? { result } : {}), ...(returns ? { returns } : {}) } }
  const { key, groups } = variants
  const most = Math.max(...groups.map(group => group.values.length))
  const other = groups.find(group => group.values.length === most)!
  return { other, variants: { key, groups: groups.filter(group => group !== other) } }
}
