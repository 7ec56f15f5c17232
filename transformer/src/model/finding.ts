// The registry of everything the analysis can report. A finding is data; hosts only print it.

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
  /** Where the project has set another than the rule's. */
  readonly severity?: Severity
  readonly related: readonly { readonly message: string; readonly place: Place }[]
}

export interface Rule {
  /** The number behind `TS` in the compiler's output; never reused. */
  readonly code: number
  /** `off`: reported only where a project asks for it. */
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
    why: 'Otherwise a misspelt option would be ignored, and the client would not be where you expect it.',
    wrong: '{ "transform": "@alien-rpc/transformer", "transformProgram": true, "cleint": "src/client.ts" }',
    right: '{ "transform": "@alien-rpc/transformer", "transformProgram": true, "client": "src/client.ts" }',
  },
  'path-syntax': {
    code: 72002,
    severity: 'error',
    title: 'The path cannot be parsed',
    why: 'A path is made of "/" and segments: literal text, ":name", or a final "*name".',
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
    why: 'Only one of them could ever be called. Different parameter names do not make different paths.',
    wrong: "route.get('/users/:id', …) and route.get('/users/:name', …)",
    right: "route.get('/users/:id', …) and route.get('/users/by-name/:name', …)",
  },
  'duplicate-name': {
    code: 72005,
    severity: 'error',
    title: 'Two routes are exported under the same name',
    why: 'The name becomes a method of the client, so it must be unique across all modules.',
    wrong: 'export const list = … in users.ts and export const list = … in orders.ts',
    right: 'export const listUsers = … and export const listOrders = …',
  },
  'not-serializable': {
    code: 72006,
    severity: 'error',
    title: 'A type cannot be sent over the wire',
    why: 'Functions, symbols and unresolved type parameters cannot be written as JSON or MessagePack.',
    wrong: "route.post('/jobs', (args: { run: () => void }) => …)",
    right: "route.post('/jobs', (args: { command: string }) => …)",
  },
  'ambiguous-union': {
    code: 72007,
    severity: 'error',
    title: 'Members of a union cannot be told apart in JSON',
    why: 'A Date is sent as a string (as are bigints, bytes and URLs; a Map or Set is an array), so a receiver could not tell which member of `Date | string` it got.',
    wrong: 'args: { at: Date | string }',
    right: 'args: { at: Date }',
  },
  'text-argument': {
    code: 72008,
    severity: 'error',
    title: 'A path or query parameter has a type that cannot be read from text',
    why: 'Path and query values are text. It can be read as a string, number, bigint, boolean, Date, URL or literal; in a query also as an array of those.',
    wrong: "route.get('/users', (args: { filter: { name: string } }) => …)",
    right: "route.post('/users/search', (args: { filter: { name: string } }) => …)",
  },
  'path-parameter-missing': {
    code: 72009,
    severity: 'error',
    title: 'A path parameter is not declared by the handler',
    why: 'The handler would never see the value, and no client could send it. Every path parameter must be a property of the arguments.',
    wrong: "route.get('/users/:id', (args: { name: string }) => …)",
    right: "route.get('/users/:id', (args: { id: string }) => …)",
  },
  'args-not-object': {
    code: 72010,
    severity: 'error',
    title: 'The arguments must be an object',
    why: 'Path and query parameters have names. Only the body of a route without path parameters can be something other than an object.',
    wrong: "route.get('/sum', (numbers: number[]) => …)",
    right: "route.post('/sum', (numbers: number[]) => …)",
  },
  'any-in-args': {
    code: 72011,
    severity: 'warning',
    title: 'An argument is `any`',
    why: 'Whatever the client sends there reaches the handler unchecked. `unknown` makes that explicit.',
    wrong: "route.post('/log', (args: { entry: any }) => …)",
    right: "route.post('/log', (args: { entry: unknown }) => …)",
  },
  'route-not-exported': {
    code: 72012,
    severity: 'error',
    title: 'A route is not an exported declaration, so it cannot be compiled',
    why: 'Only `export const name = route.get(…)` at the top level of a module gives the client a name. Anything else is not compiled, and a route that was not compiled would not be validated, so it refuses to start.',
    wrong: "const hidden = route.get('/hidden', …)",
    right: "export const hidden = route.get('/hidden', …)",
  },
  'type-too-deep': {
    code: 72013,
    severity: 'error',
    title: 'A type is too deep or too wide',
    why: 'Code is generated for each type. The limit keeps a mistake from producing megabytes of it.',
    wrong: 'a type that is nested 60 levels, or a union of 2,000 objects',
    right: 'name the repeated part, or use `unknown`',
  },
  'handler-not-callable': {
    code: 72014,
    severity: 'error',
    title: 'The handler is not a function that can be called with (args, context)',
    why: 'Its type tells the compiler what the route accepts and returns. A generic or overloaded function does not.',
    wrong: "route.get('/x', <T>(args: T) => args)",
    right: "route.get('/x', (args: { id: string }) => args)",
  },
  'reserved-name': {
    code: 72016,
    severity: 'error',
    title: 'A route has a name that JavaScript itself calls',
    why: 'JavaScript treats an object with a method `then` as a promise: awaiting the client, or importing the module dynamically, would call the route.',
    wrong: "export const then = route.get('/then', …)",
    right: "export const next = route.get('/then', …)",
  },
  'tag-base': {
    code: 72017,
    severity: 'error',
    title: 'A type tag is on a type that it does not apply to',
    why: 'Each tag applies to strings, to numbers and bigints, or to arrays and sets. On anything else it would check nothing.',
    wrong: 'args: { age: number & t.MinLength<1> }',
    right: 'args: { age: number & t.Minimum<1> }',
  },
  'tag-value': {
    code: 72018,
    severity: 'error',
    title: 'The value of a type tag is invalid or contradicts another tag',
    why: 'A tag needs a value that is known at compile time, and together the tags of a type must leave values that pass.',
    wrong: 'args: { age: number & t.Minimum<5> & t.Maximum<1> }',
    right: 'args: { age: number & t.Minimum<1> & t.Maximum<5> }',
  },
  'option-not-literal': {
    code: 72019,
    severity: 'error',
    title: 'An option of a route is not known at compile time',
    why: 'The compiler reads the option to generate code, so it must be a literal, such as `true` or `false`.',
    wrong: "route.post('/users', { strict: process.env.STRICT === '1' }, …)",
    right: "route.post('/users', { strict: true }, …)",
  },
  'strict-null-checks': {
    code: 72020,
    severity: 'warning',
    title: 'The program is compiled without strictNullChecks',
    why: 'Types then do not say where a value may be null or undefined. So arguments that leave one out are refused, and results that contain null fail.',
    wrong: '"compilerOptions": { "strict": false }',
    right: '"compilerOptions": { "strict": true }',
  },
  'unhandled-variant': {
    code: 72021,
    severity: 'error',
    title: 'No branch of a socket handler handles a variant of its type',
    why: 'Clients may send that variant, and would get no meaningful answer.',
    wrong:
      "onRequest(request: { type: 'join' } | { type: 'leave' }) { if (request.type === 'join') return join() }",
    right:
      "onRequest(request: { type: 'join' } | { type: 'leave' }) { return request.type === 'join' ? join() : leave() }",
  },
  'unused-suppression': {
    code: 72022,
    severity: 'warning',
    title: 'A comment suppresses a finding that is not there',
    why: 'It would hide the next finding on that line. Only warnings can be suppressed: a route with an error is not compiled.',
    wrong: '// alien-rpc-ignore any-in-args\nroute.post("/log", (args: { entry: unknown }) => …)',
    right: 'route.post("/log", (args: { entry: unknown }) => …)',
  },
  'loop-without-wait': {
    code: 72023,
    severity: 'warning',
    title: 'A stream loops forever without waiting',
    why: 'It produces items as fast as the client takes them, and an iteration that yields nothing blocks the whole server. Await what the next item depends on, or check `signal`.',
    wrong:
      "export const ticks = route.get('/ticks', async function* () {\n  for (let tick = 0; ; tick++) yield tick\n})",
    right:
      "export const ticks = route.get('/ticks', async function* () {\n  for (let tick = 0; ; tick++) {\n    yield tick\n    await new Promise(resolve => setTimeout(resolve, 1000))\n  }\n})",
  },
  'resource-without-finally': {
    code: 72024,
    severity: 'warning',
    title: 'A stream acquires a resource that it does not release when the client leaves',
    why: 'When the client leaves, the generator ends at its current `yield`. Of the code after it, only `finally` blocks run.',
    wrong:
      "export const users = route.get('/users', async function* () {\n  const connection = await pool.connect()\n  for (const id of [1, 2, 3]) yield await connection.query(id)\n  connection.release()\n})",
    right:
      "export const users = route.get('/users', async function* () {\n  const connection = await pool.connect()\n  try {\n    for (const id of [1, 2, 3]) yield await connection.query(id)\n  } finally {\n    connection.release()\n  }\n})",
  },
  'items-without-ids': {
    code: 72025,
    severity: 'off',
    title: 'The items of a subscription carry no ids',
    why: 'A client that lost its session subscribes again by itself. Without ids it cannot say what it has seen, so items are lost or repeated.',
    wrong:
      "export const feed = route.ws('/feed', {\n  async *onSubscribe() {\n    for await (const entry of entriesAfter('0')) yield entry\n  },\n})",
    right:
      "export const feed = route.ws('/feed', {\n  async *onSubscribe(_: undefined, { lastEventId }) {\n    for await (const entry of entriesAfter(lastEventId ?? '0')) yield tracked(entry.id, entry)\n  },\n})",
  },
  'resume-without-ids': {
    code: 72026,
    severity: 'warning',
    title: 'A stream reads lastEventId, but its items carry no ids',
    why: '`lastEventId` is the id of the last item the client has seen. Without ids it is always undefined, and every resumed stream starts over.',
    wrong:
      "export const feed = route.get('/feed', async function* (_: {}, { lastEventId }) {\n  for await (const entry of entriesAfter(lastEventId ?? '0')) yield entry\n})",
    right:
      "export const feed = route.get('/feed', async function* (_: {}, { lastEventId }) {\n  for await (const entry of entriesAfter(lastEventId ?? '0')) yield tracked(entry.id, entry)\n})",
  },
  'any-in-result': {
    code: 72027,
    severity: 'warning',
    title: 'A result is `any`',
    why: 'Whatever the value contains there is sent, including what nobody meant to publish. Declare what may leave the server, or write `unknown` to make explicit that anything may.',
    wrong: "export const settings = route.get('/settings', () => JSON.parse(text))",
    right: "export const settings = route.get('/settings', (): { theme: string } => JSON.parse(text))",
  },
  'literal-path-segment': {
    code: 72028,
    severity: 'warning',
    title: 'A literal segment of the path has the name of an argument',
    why: 'Without ":" it is not a parameter: the argument is read from the query, and `/users/7` matches nothing.',
    wrong: "export const user = route.get('/users/id', (args: { id: string }) => args.id)",
    right: "export const user = route.get('/users/:id', (args: { id: string }) => args.id)",
  },
  'unbounded-argument': {
    code: 72029,
    severity: 'off',
    title: 'A string or array in the arguments of a public route has no length limit',
    why: 'Anybody may send as much as the limits of the whole body allow. A route counts as public if it has no middleware.',
    wrong: "export const join = route.post('/join', (args: { name: string; tags: string[] }) => args.name)",
    right:
      "export const join = route.post('/join', (args: {\n  name: string & t.MaxLength<100>\n  tags: (string & t.MaxLength<20>)[] & t.MaxItems<10>\n}) => args.name)",
  },
  'no-routes': {
    code: 72031,
    severity: 'warning',
    title: 'The program has no routes',
    why: 'The entry asks for a client, but no exported route was found. The client is empty or not written at all.',
    wrong: '"include": ["src/main"]',
    right: '"include": ["src"]',
  },
  'client-circle': {
    code: 72032,
    severity: 'error',
    title: 'The types of the routes depend on the generated client, which depends on them',
    why: 'Each build would generate a different client. A route that calls its own client needs a declared result type.',
    wrong: "route.get('/b', async () => client.a())",
    right: "route.get('/b', async (): Promise<User> => client.a())",
  },
  'internal-error': {
    code: 72033,
    severity: 'error',
    title: 'The transformer itself failed',
    why: 'This is a bug in @alien-rpc/transformer. No route was compiled, so none will start.',
    wrong: '–',
    right: 'report it, with the declaration that causes it',
  },
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof RULES

export function severityOf({ rule, severity }: Finding): Severity {
  const own = RULES[rule].severity
  return severity ?? (own === 'off' ? 'warning' : own)
}
