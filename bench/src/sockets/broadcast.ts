// Nothing in → what it costs a server to hand published items to 500 sockets, as Markdown and a chart, out.
import { setTimeout as pause } from 'node:timers/promises'
import { runSocketPart, type SocketCase, type SocketContender, until } from './measure.ts'
import { OWN_FEED, PEERS, RAW_SOCKETS } from './systems.ts'

const SOCKETS = 500

export function runBroadcast(args: readonly string[]): Promise<void> {
  return runSocketPart(
    {
      part: 'sockets-broadcast',
      rounds: 7,
      systems: [RAW_SOCKETS, OWN_FEED, ...PEERS],
      prepare,
      cases: [caseOf(1, 32), caseOf(8, 8)],
    },
    args,
  )
}

async function prepare({ server, client, url, variant }: SocketContender): Promise<void> {
  await client.call('open', url, SOCKETS, variant)
  await client.call('listen')
  await until('listeners', SOCKETS, () => server.call('listeners'))
}

function caseOf(each: number, turns: number): SocketCase {
  return {
    title: `${each} in a turn`,
    about: `Server time for an item at one of ${SOCKETS} sockets: ${each} published in a turn of the event loop, ${turns} turns, ${each === 1 ? 'each' : 'all'} of them heard by all. Raw makes the text of an item once and sends it to each socket.`,
    metrics: [{ key: 'cpu', title: 'server time', unit: 'µs', better: 'less' }],
    async measure({ server, client }) {
      const before = await server.usage()
      await client.call('takeReceived')
      await server.call('publishTurns', turns, each)
      const { cpu } = await server.usage()
      let heard = 0
      await until('items heard', turns * each * SOCKETS, async () => {
        heard += await client.call<number>('takeReceived')
        return heard
      })
      await pause(20)
      const after = await server.usage()
      // What acknowledges them counts as well.
      return { cpu: (after.cpu - before.cpu) / (turns * each * SOCKETS), atOnce: cpu - before.cpu }
    },
  }
}
