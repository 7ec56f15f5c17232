// A field of a frame in → whether it is what the frame needs, out. For both ends.
import { RESERVED_ID } from '../tracked.ts'

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
export const isPositive = (value: unknown) => isCount(value) && value !== 0
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** As `tracked()` takes them: PROTOCOL.md, "Resuming". */
export const isEventId = (id: unknown) => isText(id) && /^[!-~]{1,256}$/.test(id) && id !== RESERVED_ID
