// The URL that an import of a TypeScript module names → the TypeScript files it may stand for, as the compiler would look for them.

/** Empty where the URL names a file as it is. */
export function specifierToCandidates(url: string): string[] {
  const javascript = url.match(/^(.*)\.([mc]?)js(x?)$/)
  if (javascript !== null) {
    const [, base, kind = '', x = ''] = javascript
    return x === '' && kind === '' ? [`${base}.ts`, `${base}.tsx`] : [`${base}.${kind}ts${x}`]
  }
  if (/\.(?:[mc]?tsx?|json|node|wasm)$/.test(url)) return []
  return [`${url}.ts`, `${url}.tsx`, `${url.replace(/\/$/, '')}/index.ts`]
}
