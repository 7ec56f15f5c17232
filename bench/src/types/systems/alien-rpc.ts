// The compiled routes in → the operations of Alien RPC, called as its server calls them, out.
import { readFileSync } from 'node:fs'
import type { Route } from '@alien-rpc/service'
import type { CompiledRoute } from '../../../../runtime/dist/compiled-route.js'
import { mismatchToIssues } from '../../../../runtime/dist/validation/table-to-issues.js'
import * as routes from '../routes.ts'
import { type Operations, REFUSED, type System } from '../system.ts'

const MAX_ISSUES = 20

const manifest = new URL('../../../../runtime/package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }

function operations(route: Route): Operations {
  const { args, result } = (route as Route & { compiled: CompiledRoute }).compiled
  if (args === undefined || result === undefined)
    throw new Error(`${route.path} was not compiled as expected`)
  return {
    check: args.check,
    explain: value =>
      args.check(value)
        ? []
        : mismatchToIssues(value, args, { domain: 'json', root: 'args', maxIssues: MAX_ISSUES }),
    decode: value => (args.check(value) ? args.decode(value as never) : REFUSED),
    encode: value => JSON.stringify(result.encode(value as never)),
    checkAndEncode: value => (result.check(value) ? JSON.stringify(result.encode(value as never)) : ''),
  }
}

function strictOperations(route: Route): Operations {
  const { check, decode } = operations(route)
  return { checkStrict: check!, decodeStrict: decode! }
}

export const system: System = {
  name: 'Alien RPC',
  version,
  cases: {
    flat: operations(routes.benchFlat),
    order: operations(routes.benchOrder),
    tree: operations(routes.benchTree),
    numbers: operations(routes.benchNumbers),
    strings: operations(routes.benchStrings),
    public: { ...operations(routes.benchPublic), ...strictOperations(routes.benchStrict) },
  },
}
