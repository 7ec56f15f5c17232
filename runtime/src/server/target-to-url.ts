// The origin and target of a request in → `context.url` out.

/** The target is appended, not resolved: `//other.host/x` is a path here. A Host header can be anything. */
export function targetToUrl({ origin, target }: { readonly origin: string; readonly target: string }): URL {
  const text = `${origin}${target}`
  return URL.canParse(text) ? new URL(text) : new URL(`http://localhost${target}`)
}
