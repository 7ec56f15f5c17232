// The value of a property in → the properties after it that may be wrong, and this one before them if it may be, out.
// Generated code puts these together, one call inside another, to find in one pass what is wrong with an object.

import type { Fault } from '../compiled-route.ts'

export function unlessString(value: unknown, at: number, next?: Fault): Fault | undefined {
  return typeof value === 'string' ? next : { at, value, next }
}

export function unlessNumber(value: unknown, at: number, next?: Fault): Fault | undefined {
  return Number.isFinite(value) ? next : { at, value, next }
}

export function unlessBoolean(value: unknown, at: number, next?: Fault): Fault | undefined {
  return typeof value === 'boolean' ? next : { at, value, next }
}

export function unless(isRight: boolean, value: unknown, at: number, next?: Fault): Fault | undefined {
  return isRight ? next : { at, value, next }
}

/** Of what its table tells. */
export function perhaps(value: unknown, at: number, next?: Fault): Fault {
  return { at, value, next }
}
