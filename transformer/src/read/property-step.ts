// A property's name in → how it is written after an object out.

/** `.name`, or `["odd name"]`. */
export function propertyStep(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}
