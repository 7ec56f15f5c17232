// Nothing in → latency and server time of requests over one socket, one after another and 64 in flight, as Markdown and a chart, out.
import type { RequestsResult } from './drive.ts'
import { runSocketPart, type SocketCase } from './measure.ts'
import { OWN_MSGPACK, OWN_SOCKETS, PEERS, RAW_SOCKETS } from './systems.ts'

export function runRequests(args: readonly string[]): Promise<void> {
  return runSocketPart(
    {
      part: 'sockets-requests',
      rounds: 9,
      systems: [RAW_SOCKETS, OWN_SOCKETS, OWN_MSGPACK, ...PEERS],
      async prepare({ client, url, variant }) {
        await client.call('open', url, 1, variant)
        // So that the first rounds do not measure a compiler.
        await client.call('request', 64, 1_000)
        await client.call('request', 1, 500)
      },
      cases: [caseOf('one after another', 1), caseOf('64 in flight', 64)],
    },
    args,
  )
}

function caseOf(title: string, inFlight: number): SocketCase {
  return {
    title,
    about: 'Over one socket: a question of two fields, an answer of three. Raw checks nothing.',
    metrics: [
      ...(inFlight === 1 ? [{ key: 'p50', title: 'p50', unit: 'ms', better: 'less' } as const] : []),
      { key: 'cpu', title: 'server time', unit: 'µs', better: 'less' },
      { key: 'rate', title: 'requests', unit: '1,000/s', better: 'more' },
      { key: 'p99', title: 'p99', unit: 'ms', better: 'less', hasRatio: false },
    ],
    async measure({ server, client }, { short }) {
      await client.call('request', inFlight, short ? 100 : 400)
      const before = await server.usage()
      const { requests, elapsed, p50, p99 } = await client.call<RequestsResult>(
        'request',
        inFlight,
        short ? 200 : 600,
      )
      const { cpu } = await server.usage()
      return { cpu: (cpu - before.cpu) / requests, rate: requests / elapsed, p50, p99 }
    },
  }
}
