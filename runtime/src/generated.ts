// The versioned contract: everything that generated server code may import, and nothing else.

// What the compiler itself shares with the runtime.
export type { BytesName, TemplateHole, TextTable, TypeTable } from './compiled-route.ts'
export { CONTRACT_VERSION, type CompiledRoute } from './compiled-route.ts'
export { isPathProblem, type PathPattern, type PathProblem, parsePath, pathKey } from './path-grammar.ts'
export { compiledRoute } from './route.ts'
export { isDateText, isValidDate, mapRecord, own, setOwn } from './validation/generated-helpers.ts'
