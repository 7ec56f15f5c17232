// A count in → that many small objects, as a stream, out: the same rows that by-hand.ts writes.
import { route } from '@alien-rpc/service'
import { type Row, rows } from './rows.ts'

export const stream = route.get(
  '/stream/:count',
  async function* ({ count }: { count: number }): AsyncGenerator<Row> {
    yield* rows(count)
  },
)
