// Questions, counts and a topic → a socket that answers, one that pushes, and one that gives out what is published.
import { createTopic, route } from '@alien-rpc/service'
import { type Answer, answerOf, Generators, type Item, type Question } from './items.ts'

export const benchGenerators = new Generators()
export const benchTopic = createTopic<Item>()

/** `count` items, or all that is published. An endless subscription has the count -1. */
export const benchSocket = route.ws('/bench/socket', {
  onRequest: (question: Question): Answer => answerOf(question),
  onSubscribe: ({ count }: { count: number }): AsyncIterable<Item> =>
    benchGenerators.items(count < 0 ? Number.POSITIVE_INFINITY : count),
})

export const benchFeed = route.ws('/bench/feed', {
  onSubscribe: (_: { room: string }, { signal }): AsyncIterable<Item> => benchTopic.subscribe({ signal }),
})
