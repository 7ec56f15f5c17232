// Nothing in → JSON.stringify of the value as it is, which neither checks nor leaves anything out: the mark for `encode`.
import type { Operations, System } from '../system.ts'

const operations: Operations = { encode: JSON.stringify, checkAndEncode: JSON.stringify }

export const system: System = {
  name: 'JSON.stringify',
  version: process.version,
  cases: {
    flat: operations,
    order: operations,
    tree: operations,
    numbers: operations,
    strings: operations,
    public: operations,
  },
}
