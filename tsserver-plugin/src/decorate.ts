// A language service and overrides → a service whose own answers are always there, whatever an override does.
import type ts from 'typescript'

type Service = ts.LanguageService
type Method = (...args: never[]) => unknown
type MethodName = { [K in keyof Service]-?: Service[K] extends Method | undefined ? K : never }[keyof Service]
type Args<K extends MethodName> = Parameters<Extract<Service[K], Method>>
type Result<K extends MethodName> = ReturnType<Extract<Service[K], Method>>

/** TypeScript's own answer and the arguments → the answer that is given. */
type After<K extends MethodName> = (own: Result<K>, ...args: Args<K>) => Result<K>

export type Override<K extends MethodName> =
  | After<K>
  | {
      /** The arguments that TypeScript is asked with. */
      readonly before?: (...args: Args<K>) => Args<K>
      readonly after?: After<K>
      /** Asked first; TypeScript is only asked when this answers undefined. */
      readonly instead?: (...args: Args<K>) => Result<K> | undefined
    }

export type Overrides = { readonly [K in MethodName]?: Override<K> }

/** `beforeQuestions` runs before each method whose answer depends on types, with the file that is asked about where no other is looked at. Methods that are not overridden are forwarded with every argument, those of later versions of TypeScript too. */
export function decorate(
  service: Service,
  overrides: Overrides,
  beforeQuestions: (file: string | undefined) => void,
  log: (error: unknown) => void,
): Service {
  const decorated: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(service) as MethodName[]) {
    const own = service[name] as ((...args: unknown[]) => unknown) | undefined
    if (typeof own !== 'function') {
      decorated[name] = own
      continue
    }
    const call = (...args: unknown[]) => own.apply(service, args)
    const override = overrides[name] as AnyOverride | undefined
    const answer = override === undefined ? call : withOverride(call, override, log)
    decorated[name] = QUESTIONS.has(name)
      ? prepared(OF_ANY_FILE.has(name), answer, beforeQuestions, log)
      : answer
  }
  return decorated as unknown as Service
}

/** Methods whose answers depend on types: of one file and what it imports, or of any. */
const QUESTIONS: ReadonlySet<string> = new Set<keyof Service>([
  ...(['getSemanticDiagnostics', 'getSuggestionDiagnostics', 'getQuickInfoAtPosition'] as const),
  ...(['getCompletionsAtPosition', 'getCompletionEntryDetails', 'getSignatureHelpItems'] as const),
  ...(['getDefinitionAtPosition', 'getDefinitionAndBoundSpan', 'getTypeDefinitionAtPosition'] as const),
  ...(['getReferencesAtPosition', 'findReferences', 'getImplementationAtPosition'] as const),
  ...(['getRenameInfo', 'findRenameLocations', 'getCodeFixesAtPosition', 'provideInlayHints'] as const),
])

const OF_ANY_FILE: ReadonlySet<string> = new Set<keyof Service>([
  ...(['getReferencesAtPosition', 'findReferences', 'getImplementationAtPosition'] as const),
  ...(['getRenameInfo', 'findRenameLocations'] as const),
])

function prepared(
  isOfAnyFile: boolean,
  answer: (...args: unknown[]) => unknown,
  prepare: (file: string | undefined) => void,
  log: (error: unknown) => void,
): (...args: unknown[]) => unknown {
  return (...args) => {
    const file = typeof args[0] === 'string' && !isOfAnyFile ? args[0] : undefined
    guarded(() => prepare(file), undefined, log)
    return answer(...args)
  }
}

interface AnyOverrideParts {
  readonly before?: (...args: unknown[]) => unknown[]
  readonly after?: (own: unknown, ...args: unknown[]) => unknown
  readonly instead?: (...args: unknown[]) => unknown
}
type AnyOverride = AnyOverrideParts | ((own: unknown, ...args: unknown[]) => unknown)

function withOverride(
  call: (...args: unknown[]) => unknown,
  override: AnyOverride,
  log: (error: unknown) => void,
): (...args: unknown[]) => unknown {
  const { before, after, instead }: AnyOverrideParts =
    typeof override === 'function' ? { after: override } : override
  return (...args) => {
    const other = instead && guarded(() => instead(...args), undefined, log)
    if (other !== undefined) return other
    const own = call(...(before ? guarded(() => before(...args), args, log) : args))
    return after ? guarded(() => after(own, ...args), own, log) : own
  }
}

/** What we say, or what is said without us. */
export function guarded<Answer>(
  ours: () => Answer,
  otherwise: Answer,
  log: (error: unknown) => void,
): Answer {
  try {
    return ours()
  } catch (error) {
    log(error)
    return otherwise
  }
}
