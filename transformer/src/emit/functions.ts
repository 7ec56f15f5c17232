// Requests for functions in → hoisted declarations, each emitted once, and the expressions that call them out.
import { toIdentifierPart } from './code.ts'

/** How often each shape that may stand inline was asked for. */
export type Uses = ReadonlyMap<string, number>

export interface FunctionRequest {
  /** The same key is the same function. */
  readonly key: string
  /** What its name is made of. */
  readonly name: string
  /** What follows the parameter list, braces included. */
  body(): string
  /** The parameter, where it is not `v`. */
  readonly parameter?: string
}

export interface Functions {
  /** True if the shape occurs only once, so that its code may stand where it is used. To be asked once per use. */
  standsInline(key: string): boolean
  /** An expression that applies the function to `argument`. */
  call(request: FunctionRequest, argument: string): string
  /** The name of a constant whose value, the body, may mention it where it is called later. The same key is the same constant. */
  shared(request: Omit<FunctionRequest, 'parameter'>): string
  /** The name of a constant with that text as its value. The same text is the same constant. */
  constant(name: string, text: string): string
  /** All declarations, constants first, in the order in which they were first asked for. */
  declarations(): string[]
  readonly uses: Uses
  /** Added to every parameter of a function or arrow, and to results: `: any` in TypeScript, nothing in JavaScript. */
  readonly annotation: string
}

export interface FunctionOptions {
  /** Goes before every name, so that none is the user's. */
  readonly prefix: string
  /** From a first run over the same requests. Without it everything that can stand inline does. */
  readonly uses?: Uses
  readonly annotation?: string
  /** Names that are taken already. */
  readonly taken?: Iterable<string>
}

export function createFunctions({ prefix, uses, annotation = '', taken = [] }: FunctionOptions): Functions {
  const names = new Map<string, string>()
  const declarations = new Map<string, string>()
  const used = new Set(taken)
  const counts = new Map<string, number>()

  function define({ key, name: wanted }: FunctionRequest, declare: (name: string) => string): string {
    const known = names.get(key)
    if (known !== undefined) return known
    const name = freeName(prefix + toIdentifierPart(wanted), used)
    names.set(key, name)
    // The place is taken before the body is made: bodies ask for functions themselves.
    declarations.set(name, '')
    declarations.set(name, declare(name))
    return name
  }

  const constants = new Map<string, string>()

  return {
    annotation,
    uses: counts,
    shared: request => define(request, name => `const ${name} = ${request.body()}`),
    constant(name, text) {
      const known = constants.get(text)
      if (known !== undefined) return known
      const free = freeName(prefix + toIdentifierPart(name), used)
      constants.set(text, free)
      return free
    },
    declarations: () => [
      ...[...constants].map(([text, name]) => `const ${name} = ${text}`),
      ...declarations.values(),
    ],
    standsInline(key) {
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return uses === undefined ? count === 1 : uses.get(key) === 1
    },
    call(request, argument) {
      // In the first run the text does not matter, and what is inside a repeated shape has been counted.
      if (uses === undefined && (counts.get(request.key) ?? 0) > 1) return `${prefix}repeated(${argument})`
      const { parameter = `v${annotation}`, body } = request
      const name = define(request, it => `function ${it}(${parameter})${annotation} ${body()}`)
      return `${name}(${argument})`
    },
  }
}

/** Runs `emit` to count how often shapes occur and, where some do recur, once more with those as functions. */
export function emitTwice<Result>(options: FunctionOptions, emit: (functions: Functions) => Result): Result {
  const counting = createFunctions(options)
  const first = emit(counting)
  const recurs = [...counting.uses.values()].some(count => count > 1)
  return recurs ? emit(createFunctions({ ...options, uses: counting.uses })) : first
}

/** The name, or the name with the lowest number that makes it free; it is taken afterwards. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${name}${count}`
  taken.add(free)
  return free
}
