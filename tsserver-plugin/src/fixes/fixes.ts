// The rules that have an obvious fix, and what each changes.
import type { RuleName } from '../../../transformer/src/model/finding.ts'
import { anyResultToUnknown, anyToUnknown } from './any-to-unknown.ts'
import { declareParameter } from './declare-parameter.ts'
import { exportRoute } from './export-route.ts'
import { type FixOf, withLineBreaksOf } from './fix.ts'
import { limitArguments } from './limit-arguments.ts'
import { loopToSignal } from './loop-to-signal.ts'
import { readToPost } from './read-to-post.ts'
import { releaseInFinally } from './release-in-finally.ts'
import { removeSuppression } from './remove-suppression.ts'
import { repairPath } from './repair-path.ts'
import { segmentToParameter } from './segment-to-parameter.ts'
import { yieldAllTracked, yieldTracked } from './yield-tracked.ts'

export const FIXES: { readonly [K in RuleName]?: FixOf } = {
  'any-in-args': anyToUnknown,
  'any-in-result': anyResultToUnknown,
  'args-not-object': readToPost,
  'items-without-ids': yieldTracked,
  'literal-path-segment': segmentToParameter,
  'loop-without-wait': loopToSignal,
  'path-parameter-missing': declareParameter,
  'path-syntax': repairPath,
  'resource-without-finally': releaseInFinally,
  'resume-without-ids': yieldAllTracked,
  'route-not-exported': exportRoute,
  'text-argument': readToPost,
  'unbounded-argument': limitArguments,
  'unused-suppression': removeSuppression,
}

export const fixOfFinding: FixOf = (ts, source, finding, compiler) => {
  const fix = FIXES[finding.rule]?.(ts, source, finding, compiler)
  return fix && { ...fix, changes: withLineBreaksOf(source, fix.changes) }
}
