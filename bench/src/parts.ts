// Nothing in → every part of the benchmark, with what it measures, out. A part is loaded when it is run.

export interface Part {
  readonly about: string
  /** What stands behind the part's name: every part takes `--short`. */
  run(args: readonly string[]): Promise<void>
}

export const parts = {
  unary: {
    about: 'server time a request: JSON in and out, checked, 64 connections',
    run: async args => (await import('./unary/run.ts')).runUnary(args),
  },
  stream: {
    about: 'HTTP streams to a client: small items, rows, 10 kB items, one item in 10 ms',
    run: async args => (await import('./stream/run.ts')).runStream(args),
  },
  'sockets-requests': {
    about: 'requests over one socket: one after another, 64 in flight',
    run: async args => (await import('./sockets/requests.ts')).runRequests(args),
  },
  'sockets-subscription': {
    about: 'one subscription of 200,000 items',
    run: async args => (await import('./sockets/subscription.ts')).runSubscription(args),
  },
  'sockets-frozen': {
    about: 'a subscriber that stops reading endless items, and its neighbour',
    run: async args => (await import('./sockets/frozen.ts')).runFrozen(args),
  },
  'sockets-broadcast': {
    about: 'a topic and 500 sockets: 1 and 8 items a turn',
    run: async args => (await import('./sockets/broadcast.ts')).runBroadcast(args),
  },
  'sockets-idle': {
    about: 'memory of 1,000 idle sockets',
    run: async args => (await import('./sockets/idle.ts')).runIdle(args),
  },
  memory: {
    about: 'what both ends of a long stream hold, and how far a server runs ahead of a slow reader',
    run: async args => (await import('./memory/run.ts')).runMemory(args),
  },
  'start-up': {
    about: 'processor time to load 500 routes beside typia, zod, TypeBox and ajv',
    run: async args => (await import('./start-up/run.ts')).runStartUp(args),
  },
  validation: {
    about: 'check, explain, decode',
    run: async args => (await import('./types/run.ts')).runTypes('validation', args),
  },
  serialisation: {
    about: 'value to JSON text',
    run: async args => (await import('./types/run.ts')).runTypes('serialisation', args),
  },
  client: {
    about: 'bytes of a client for the same three calls, beside fetch by hand and seven others',
    run: async args => (await import('./client/run.ts')).runClient(args),
  },
  framing: {
    about: 'JSON and MessagePack: bytes and items a second',
    run: async args => (await import('./framing/run.ts')).runFraming(args),
  },
  size: {
    about: 'bytes of JavaScript a route',
    run: async () => (await import('./size/run.ts')).runSize(),
  },
  compile: {
    about: 'time to compile 500 routes, first and again',
    run: async args => (await import('./compile/run.ts')).runCompile(args),
  },
  editor: {
    about: 'time from an edit to its diagnostics, with the plugin and without',
    run: async args => (await import('./editor/run.ts')).runEditor(args),
  },
} as const satisfies Record<string, Part>

export type PartName = keyof typeof parts
