// The types of the cases in → the routes that take and return them, compiled like anyone's, out.
import { route } from '@alien-rpc/service'
import type { Flat, Order, Public, Tree } from './shapes.ts'

export const benchFlat = route.post('/bench/flat', (value: Flat): Flat => value)
export const benchOrder = route.post('/bench/order', (value: Order): Order => value)
export const benchTree = route.post('/bench/tree', (value: Tree): Tree => value)
export const benchNumbers = route.post('/bench/numbers', (value: number[]): number[] => value)
export const benchStrings = route.post('/bench/strings', (value: string[]): string[] => value)
export const benchPublic = route.post('/bench/public', (value: Public): Public => value)
export const benchStrict = route.post('/bench/strict', { strict: true }, (value: Public): Public => value)
