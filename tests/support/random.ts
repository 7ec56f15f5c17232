// A seed in → the same numbers each time out, so that a run of random faults can be told and tried again.

/** From 0 to below 1. A 32-bit xorshift (Marsaglia, 2003). */
export function randomNumbers(seed: number): () => number {
  // A state of 0 would stay 0; the factor spreads small seeds over the bits.
  let state = Math.imul(seed | 0, 0x9e3779b1) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

export function randomSeed(): number {
  return Math.floor(Math.random() * 1_000_000) + 1
}
