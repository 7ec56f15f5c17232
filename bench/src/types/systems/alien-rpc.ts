// The compiled routes in → the operations of Alien RPC, called as its server calls them, out.
import { readFileSync } from 'node:fs'
import type { Route } from '@alien-rpc/service'
import { type CompiledRoute, MISMATCH } from '../../../../runtime/dist/compiled-route.js'
import { mismatchToIssues } from '../../../../runtime/dist/validation/table-to-issues.js'
import * as routes from '../routes.ts'
import type { Operations, System } from '../system.ts'

const MAX_ISSUES = 20

const manifest = new URL('../../../../runtime/package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }

function operations(route: Route): Operations {
  const { args, result } = (route as Route & { compiled: CompiledRoute }).compiled
  if (args === undefined || result === undefined)
    throw new Error(`${route.path} was not compiled as expected`)
  return {
    // Arguments are never checked alone. Nothing here has another form in JSON, so that results share their checks.
    check: result.check,
    explain: value =>
      args.read(value) !== MISMATCH
        ? []
        : mismatchToIssues(value, args, { domain: 'json', root: 'args', maxIssues: MAX_ISSUES }),
    decode: args.read,
    encode: result.stringify as (value: unknown) => string,
    checkAndEncode: value => (result.check(value) ? result.stringify(value as never)! : ''),
  }
}

function strictOperations(route: Route): Operations {
  const { decode } = operations(route)
  // Copies what it accepts, which the others do not.
  return { checkStrict: value => decode!(value) !== MISMATCH, decodeStrict: decode! }
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
