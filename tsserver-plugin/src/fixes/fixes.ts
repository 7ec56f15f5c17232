// The rules that have an obvious fix, and what each changes.
import type { RuleName } from '../../../transformer/src/model/finding.ts'
import { anyToUnknown } from './any-to-unknown.ts'
import { declareParameter } from './declare-parameter.ts'
import { exportRoute } from './export-route.ts'
import type { FixOf } from './fix.ts'
import { readToPost } from './read-to-post.ts'

export const FIXES: { readonly [K in RuleName]?: FixOf } = {
  'any-in-args': anyToUnknown,
  'path-parameter-missing': declareParameter,
  'route-not-exported': exportRoute,
  'text-argument': readToPost,
}
