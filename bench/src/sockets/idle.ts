// Nothing in → what 1,000 sockets that do nothing hold in a server's memory, as Markdown and a chart, out.
import { setTimeout as pause } from 'node:timers/promises'
import type { Usage } from '../harness/child.ts'
import type { BenchProcess } from '../harness/process.ts'
import { runSocketPart } from './measure.ts'
import { OWN_SOCKETS, PEERS, RAW_SOCKETS } from './systems.ts'

const SOCKETS = 1_000

export function runIdle(args: readonly string[]): Promise<void> {
  return runSocketPart(
    {
      part: 'sockets-idle',
      rounds: 5,
      systems: [RAW_SOCKETS, OWN_SOCKETS, ...PEERS],
      cases: [
        {
          title: `${SOCKETS} idle sockets`,
          about: 'Heap after collection and resident memory of the server, for each socket that is open.',
          metrics: [
            { key: 'heap', title: 'heap', unit: 'KiB', better: 'less' },
            { key: 'resident', title: 'resident', unit: 'KiB', better: 'less', hasRatio: false },
          ],
          async measure({ server, client, url, variant }) {
            const before = await settledUsage(server)
            await client.call('open', url, SOCKETS, variant)
            const after = await settledUsage(server)
            await client.call('closeAll')
            const kibibytes = (bytes: number) => bytes / SOCKETS / 1_024
            return {
              heap: kibibytes(after.heap - before.heap),
              resident: kibibytes(after.rss - before.rss),
            }
          },
        },
      ],
    },
    args,
  )
}

/** What closes, and what was opened, needs some turns of the loop. */
async function settledUsage(server: BenchProcess): Promise<Usage> {
  await pause(200)
  await server.usage(true)
  return server.usage(true)
}
