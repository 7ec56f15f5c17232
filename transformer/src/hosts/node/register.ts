// `node --import @alien-rpc/transformer/register` → TypeScript modules that run with their routes compiled.
import { register } from 'node:module'

register('./register-hooks.mjs', import.meta.url)
// Stack traces show the user's lines.
process.setSourceMapsEnabled(true)
