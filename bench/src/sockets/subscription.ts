// Nothing in → what one subscription of 200,000 small items takes, as Markdown and a chart, out.
import { runSocketPart } from './measure.ts'
import { OWN_MSGPACK, OWN_SOCKETS, PEERS, RAW_SOCKETS } from './systems.ts'

export function runSubscription(args: readonly string[]): Promise<void> {
  return runSocketPart(
    {
      part: 'sockets-subscription',
      rounds: 5,
      systems: [RAW_SOCKETS, OWN_SOCKETS, OWN_MSGPACK, ...PEERS],
      async prepare({ client, url, variant }) {
        await client.call('open', url, 1, variant)
        await client.call('subscribe', 100_000)
      },
      cases: [
        {
          title: '200,000 items',
          about:
            'Items of four fields, ready at once, to one reader. Ours with credit, acknowledgements and what is kept for a resume. Raw sends each as a message, bounded by the buffer of the socket.',
          metrics: [
            { key: 'rate', title: 'items', unit: '1,000/s', better: 'more' },
            { key: 'cpu', title: 'server time an item', unit: 'µs', better: 'less' },
          ],
          async measure({ server, client }, { short }) {
            const count = short ? 40_000 : 200_000
            const before = await server.usage()
            const elapsed = await client.call<number>('subscribe', count)
            const { cpu } = await server.usage()
            return { rate: count / elapsed, cpu: (cpu - before.cpu) / count }
          },
        },
      ],
    },
    args,
  )
}
