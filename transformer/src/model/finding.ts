// The registry of everything the analysis can complain about. A finding is data; hosts only print it.

/** A range of a source file, in UTF-16 offsets. */
export interface Place {
  readonly file: string
  readonly start: number
  readonly length: number
}

export type Severity = 'error' | 'warning'

export interface Finding {
  readonly rule: RuleName
  readonly message: string
  readonly place: Place
  /** Other than its rule's, where the project has set it so. */
  readonly severity?: Severity
  readonly related: readonly { readonly message: string; readonly place: Place }[]
}

export interface Rule {
  /** The number behind `TS` in the compiler's output; never reused. */
  readonly code: number
  /** `off`: only where a project asks for it. */
  readonly severity: Severity | 'off'
  /** One line: what the rule is about. */
  readonly title: string
  readonly why: string
  readonly wrong: string
  readonly right: string
}

export const RULES = {
  'plugin-option': {
    code: 72001,
    severity: 'error',
    title: 'An option of the tsconfig entry is unknown or has the wrong type',
    why: 'A misspelt option would be ignored, and the client would not be where you expect it.',
    wrong: '{ "transform": "@alien-rpc/transformer", "transformProgram": true, "cleint": "src/client.ts" }',
    right: '{ "transform": "@alien-rpc/transformer", "transformProgram": true, "client": "src/client.ts" }',
  },
  'path-syntax': {
    code: 72002,
    severity: 'error',
    title: 'The path cannot be parsed',
    why: 'Segments are literal text, ":name", or a final "*name".',
    wrong: "route.get('/users/id:', …)",
    right: "route.get('/users/:id', …)",
  },
  'path-not-literal': {
    code: 72003,
    severity: 'error',
    title: 'The path is not known at compile time',
    why: 'The client is generated from the path, so its type must be one string literal.',
    wrong: "route.get('/users/' + suffix, …)",
    right: "route.get('/users/all', …)",
  },
  'duplicate-route': {
    code: 72004,
    severity: 'error',
    title: 'Two routes have the same method and path',
    why: 'Only one of them could ever be called. Names of parameters do not make paths different.',
    wrong: "route.get('/users/:id', …) and route.get('/users/:name', …)",
    right: "route.get('/users/:id', …) and route.get('/users/by-name/:name', …)",
  },
  'duplicate-name': {
    code: 72005,
    severity: 'error',
    title: 'Two routes are exported under the same name',
    why: 'The name is the method of the client.',
    wrong: 'export const list = … in users.ts and export const list = … in orders.ts',
    right: 'export const listUsers = … and export const listOrders = …',
  },
  'not-serializable': {
    code: 72006,
    severity: 'error',
    title: 'A type cannot cross the wire',
    why: 'Functions, symbols and unresolved type parameters have no form on the wire.',
    wrong: "route.post('/jobs', (args: { run: () => void }) => …)",
    right: "route.post('/jobs', (args: { command: string }) => …)",
  },
  'ambiguous-union': {
    code: 72007,
    severity: 'error',
    title: 'Members of a union cannot be told apart on the JSON wire',
    why: 'A Date travels as a string (so do bigints, bytes and URLs; a Map or Set is an array), and a receiver could not tell `Date | string` apart.',
    wrong: 'args: { at: Date | string }',
    right: 'args: { at: Date }',
  },
  'text-argument': {
    code: 72008,
    severity: 'error',
    title: 'A path or query parameter has a type that text cannot hold',
    why: 'Path and query values are text: numbers, bigints, booleans, dates, URLs, literals, and arrays of those in a query.',
    wrong: "route.get('/users', (args: { filter: { name: string } }) => …)",
    right: "route.post('/users/search', (args: { filter: { name: string } }) => …)",
  },
  'path-parameter-missing': {
    code: 72009,
    severity: 'error',
    title: 'A path parameter is not declared by the handler',
    why: 'The handler would never see the value, and no client could send it; the arguments and the path must agree.',
    wrong: "route.get('/users/:id', (args: { name: string }) => …)",
    right: "route.get('/users/:id', (args: { id: string }) => …)",
  },
  'args-not-object': {
    code: 72010,
    severity: 'error',
    title: 'The arguments must be an object here',
    why: 'Path and query parameters have names; only a body without path parameters can be something else.',
    wrong: "route.get('/sum', (numbers: number[]) => …)",
    right: "route.post('/sum', (numbers: number[]) => …)",
  },
  'any-in-args': {
    code: 72011,
    severity: 'warning',
    title: 'An argument is `any`',
    why: 'Whatever the client sends reaches the handler there without a check. `unknown` says so openly.',
    wrong: "route.post('/log', (args: { entry: any }) => …)",
    right: "route.post('/log', (args: { entry: unknown }) => …)",
  },
  'route-not-exported': {
    code: 72012,
    severity: 'error',
    title: 'A route is not an exported declaration, so it cannot be compiled',
    why: 'Only `export const name = route.get(…)` at the top of a module has a name for the client; an uncompiled route would run unvalidated, so it never runs at all.',
    wrong: "const hidden = route.get('/hidden', …)",
    right: "export const hidden = route.get('/hidden', …)",
  },
  'type-too-deep': {
    code: 72013,
    severity: 'error',
    title: 'A type is too deep or too wide',
    why: 'Each type is turned into code; a limit keeps a mistake from turning into megabytes.',
    wrong: 'a type that is nested 60 levels, or a union of 2,000 objects',
    right: 'name the repeated part, or use `unknown`',
  },
  'handler-not-callable': {
    code: 72014,
    severity: 'error',
    title: 'The handler is not a function that can be called with (args, context)',
    why: 'Its type tells the compiler what the route accepts and returns; a generic or overloaded one does not.',
    wrong: "route.get('/x', <T>(args: T) => args)",
    right: "route.get('/x', (args: { id: string }) => args)",
  },
  'reserved-name': {
    code: 72016,
    severity: 'error',
    title: 'A route has a name that JavaScript itself calls',
    why: 'An object with a method `then` is a promise to `await`: awaiting the client, or importing the module dynamically, would call the route.',
    wrong: "export const then = route.get('/then', …)",
    right: "export const next = route.get('/then', …)",
  },
  'tag-base': {
    code: 72017,
    severity: 'error',
    title: 'A type tag stands on a type that it cannot narrow',
    why: 'Each tag is about strings, numbers (bigint too) or arrays (sets too); on anything else it would check nothing.',
    wrong: 'args: { age: number & t.MinLength<1> }',
    right: 'args: { age: number & t.Minimum<1> }',
  },
  'tag-value': {
    code: 72018,
    severity: 'error',
    title: 'The value of a type tag is wrong, or no value could satisfy it together with the others',
    why: 'A check that nothing passes, or whose value is not known at compile time, is a mistake and no rule.',
    wrong: 'args: { age: number & t.Minimum<5> & t.Maximum<1> }',
    right: 'args: { age: number & t.Minimum<1> & t.Maximum<5> }',
  },
  'option-not-literal': {
    code: 72019,
    severity: 'error',
    title: 'An option of a route is not known at compile time',
    why: 'The check is generated from it, so its type must be `true` or `false`.',
    wrong: "route.post('/users', { strict: process.env.STRICT === '1' }, …)",
    right: "route.post('/users', { strict: true }, …)",
  },
  'strict-null-checks': {
    code: 72020,
    severity: 'warning',
    title: 'The program is compiled without strictNullChecks',
    why: 'Types then do not say where a value may be null or undefined, so arguments that lack one are refused and results that have one fail.',
    wrong: '"compilerOptions": { "strict": false }',
    right: '"compilerOptions": { "strict": true }',
  },
  'unhandled-variant': {
    code: 72021,
    severity: 'error',
    title: 'No branch of a socket handler handles a variant of its type',
    why: 'Clients may send it, and would wait for an answer that says nothing.',
    wrong:
      "onRequest(request: { type: 'join' } | { type: 'leave' }) { if (request.type === 'join') return join() }",
    right:
      "onRequest(request: { type: 'join' } | { type: 'leave' }) { return request.type === 'join' ? join() : leave() }",
  },
  'unused-suppression': {
    code: 72022,
    severity: 'warning',
    title: 'A comment suppresses a finding that is not there',
    why: 'It would hide the next one that comes up on that line. Only warnings can be suppressed: a route with an error is not compiled.',
    wrong: '// alien-rpc-ignore any-in-args\nroute.post("/log", (args: { entry: unknown }) => …)',
    right: 'route.post("/log", (args: { entry: unknown }) => …)',
  },
  'loop-without-wait': {
    code: 72023,
    severity: 'warning',
    title: 'A stream loops for ever and waits for nothing',
    why: 'It produces items as fast as the client takes them, without an end, and a turn of the loop that yields none stops the whole server. Await what the next item depends on, or look at `signal`.',
    wrong:
      "export const ticks = route.get('/ticks', async function* () {\n  for (let tick = 0; ; tick++) yield tick\n})",
    right:
      "export const ticks = route.get('/ticks', async function* () {\n  for (let tick = 0; ; tick++) {\n    yield tick\n    await new Promise(resolve => setTimeout(resolve, 1000))\n  }\n})",
  },
  'resource-without-finally': {
    code: 72024,
    severity: 'warning',
    title: 'A stream acquires what a client that leaves would never let it release',
    why: 'A stream that is left ends at its `yield`: of what comes after, only `finally` runs.',
    wrong:
      "export const users = route.get('/users', async function* () {\n  const connection = await pool.connect()\n  for (const id of [1, 2, 3]) yield await connection.query(id)\n  connection.release()\n})",
    right:
      "export const users = route.get('/users', async function* () {\n  const connection = await pool.connect()\n  try {\n    for (const id of [1, 2, 3]) yield await connection.query(id)\n  } finally {\n    connection.release()\n  }\n})",
  },
  'items-without-ids': {
    code: 72025,
    severity: 'off',
    title: 'The items of a subscription carry no ids',
    why: 'A client whose session is lost subscribes again by itself. Without ids it cannot say what it has seen, so items of the time between are lost, or come twice.',
    wrong:
      "export const feed = route.ws('/feed', {\n  async *onSubscribe() {\n    for await (const entry of entriesAfter('0')) yield entry\n  },\n})",
    right:
      "export const feed = route.ws('/feed', {\n  async *onSubscribe(_: undefined, { lastEventId }) {\n    for await (const entry of entriesAfter(lastEventId ?? '0')) yield tracked(entry.id, entry)\n  },\n})",
  },
  'resume-without-ids': {
    code: 72026,
    severity: 'warning',
    title: 'A stream reads lastEventId, but its items carry no ids',
    why: 'It is the id of the last item that the client has seen, so without ids it is always undefined, and every resumed stream starts anew.',
    wrong:
      "export const feed = route.get('/feed', async function* (_: {}, { lastEventId }) {\n  for await (const entry of entriesAfter(lastEventId ?? '0')) yield entry\n})",
    right:
      "export const feed = route.get('/feed', async function* (_: {}, { lastEventId }) {\n  for await (const entry of entriesAfter(lastEventId ?? '0')) yield tracked(entry.id, entry)\n})",
  },
  'any-in-result': {
    code: 72027,
    severity: 'warning',
    title: 'A result is `any`',
    why: 'Whatever the value holds there is sent, also what nobody meant to show. A type says what leaves; `unknown` says openly that anything may.',
    wrong: "export const settings = route.get('/settings', () => JSON.parse(text))",
    right: "export const settings = route.get('/settings', (): { theme: string } => JSON.parse(text))",
  },
  'literal-path-segment': {
    code: 72028,
    severity: 'warning',
    title: 'A segment of the path is literal text with the name of an argument',
    why: 'Without ":" it is no parameter: the argument comes from the query, and `/users/7` leads nowhere.',
    wrong: "export const user = route.get('/users/id', (args: { id: string }) => args.id)",
    right: "export const user = route.get('/users/:id', (args: { id: string }) => args.id)",
  },
  'unbounded-argument': {
    code: 72029,
    severity: 'off',
    title: 'A string or array of a public route has no limit of its own',
    why: 'Anybody may send as much as the limits of the whole body allow. A route is public where no middleware runs before it.',
    wrong: "export const join = route.post('/join', (args: { name: string; tags: string[] }) => args.name)",
    right:
      "export const join = route.post('/join', (args: {\n  name: string & t.MaxLength<100>\n  tags: (string & t.MaxLength<20>)[] & t.MaxItems<10>\n}) => args.name)",
  },
  'no-routes': {
    code: 72031,
    severity: 'warning',
    title: 'The program has no route',
    why: 'A client was asked for, but no exported route was found, so it is empty or not written at all.',
    wrong: '"include": ["src/main"]',
    right: '"include": ["src"]',
  },
  'client-circle': {
    code: 72032,
    severity: 'error',
    title: 'The types of the routes depend on the generated client in a circle',
    why: 'Each build would generate another client. A route that calls its own client needs a declared result type.',
    wrong: "route.get('/b', async () => client.a())",
    right: "route.get('/b', async (): Promise<User> => client.a())",
  },
  'internal-error': {
    code: 72033,
    severity: 'error',
    title: 'The transformer itself failed',
    why: 'A mistake in @alien-rpc/transformer: no route was compiled, and none would run unvalidated.',
    wrong: '–',
    right: 'report it, with the declaration that leads to it',
  },
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof RULES

export function severityOf({ rule, severity }: Finding): Severity {
  const own = RULES[rule].severity
  return severity ?? (own === 'off' ? 'warning' : own)
}
