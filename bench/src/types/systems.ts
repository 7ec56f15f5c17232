// Nothing in → all systems that are installed, ours first, out.
import { existsSync } from 'node:fs'
import type { System } from './system.ts'
import { system as alienRpc } from './systems/alien-rpc.ts'
import { system as byHand } from './systems/by-hand.ts'
import { system as json } from './systems/json.ts'

/** One module each, compiled apart from the rest (peers/tsconfig.json): typia needs its own transform. */
const PEERS = ['typia', 'ajv', 'typebox', 'arktype', 'zod', 'valibot']

/** typia as it must be set up to refuse NaN and infinities, as all others but ajv's and its own defaults do. */
const FINITE = new URL('../../dist-finite/types/peers/typia.js', import.meta.url)

export async function loadSystems(): Promise<System[]> {
  const peers = PEERS.map(name => new URL(`./peers/${name}.js`, import.meta.url))
  const missing = peers.find(url => !existsSync(url))
  if (missing) throw new Error(`${missing.pathname} is missing: npm run bench compiles it`)
  const modules = await Promise.all(
    [FINITE, ...peers].map(url => import(url.href) as Promise<{ system: System; verbose?: System }>),
  )
  const [finite, ...others] = modules.flatMap(({ system, verbose }) =>
    verbose ? [system, verbose] : [system],
  )
  return [alienRpc, byHand, json, { ...finite!, name: 'typia, finite' }, ...others]
}
