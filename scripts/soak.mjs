// A number of reconnects and perhaps a seed in → runs over a network of random faults, one session and many, until that many are survived.
import { runFaults } from '../tests/support/fault-run.ts'
import { randomSeed } from '../tests/support/random.ts'

const [wanted = '5000', given] = process.argv.slice(2)
let left = Number(wanted)
if (!Number.isInteger(left) || left < 1)
  throw new TypeError(`npm run soak -- [reconnects] [seed], got "${wanted}"`)

for (let round = 0; left > 0; round++) {
  const seed = given === undefined ? randomSeed() : Number(given) + round
  const reconnects = Math.min(left, 500)
  const resumeWindow = round % 2 === 0 ? 5_000 : 4
  const run = { seed, reconnects, resumeWindow, subscriptions: 8, requesters: 4 }
  const report = await runFaults(run)
  console.log(JSON.stringify({ ...run, ...report }))
  if (report.wrong.length > 0) process.exitCode = 1
  left -= reconnects
}
