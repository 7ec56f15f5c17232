// The versioned contract: everything that generated server code may import, and nothing else.

// What the compiler itself shares with the runtime.
export type { BytesName, TemplateHole, TextTable, TypeTable } from './compiled-route.ts'
export { CONTRACT_VERSION, type CompiledRoute, MISMATCH } from './compiled-route.ts'
export { isPathProblem, type PathPattern, type PathProblem, parsePath, pathKey } from './path-grammar.ts'
export { compiledRoute } from './route.ts'
export { base64ToBytes, bytesToBase64, isBase64, isBytes } from './validation/base64.ts'
export { hasMaxLength, hasMinLength, hasUniqueItems, isMultipleOf } from './validation/constraints.ts'
export { perhaps, unless, unlessBoolean, unlessNumber, unlessString } from './validation/faults.ts'
export { hasFormat } from './validation/formats.ts'
export {
  countKeys,
  isDateText,
  isValidDate,
  mapRecord,
  own,
  rememberResults,
  setOwn,
} from './validation/generated-helpers.ts'
export { areNumbers, areStrings } from './validation/list-checks.ts'
export { matchesTemplate } from './validation/templates.ts'
export { escaped, leafText, listText, memberText, numberText, recordText } from './validation/text-pieces.ts'
export {
  errorToJson,
  isBigIntText,
  isError,
  isErrorJson,
  isRegExpText,
  isUrlText,
  jsonToError,
  textToRegExp,
} from './validation/wire-text.ts'
