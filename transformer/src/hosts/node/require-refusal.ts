// A TypeScript file that only `require()` could load → the error on a Node where it cannot, with what to do.

/** By its code test runners, which try `require()` first, know to import the file. */
export function requireRefusal(file: string): Error {
  const message = `${file} is TypeScript for require() to load, which Node.js takes from 22.15 on, and this is ${process.version}. Name it ".ts" and "import" it, or "await import(…)" it where that is not allowed.`
  return Object.assign(new Error(message), { code: 'ERR_REQUIRE_ESM' })
}
