// A misspelt name and the names there are → the one that was probably meant.

/** The name that takes the fewest edits to become `key`, when that is at most a third of it. */
export function nearestName(key: string, names: readonly string[]): string | undefined {
  const ranked = names.map(name => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
  const best = ranked.reduce((a, b) => (b.distance < a.distance ? b : a))
  return best.distance <= Math.max(1, Math.ceil(key.length / 3)) ? best.name : undefined
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution))
    }
    previous = row
  }
  return previous[b.length]!
}
