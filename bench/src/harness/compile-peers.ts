// Adapters of packages, which the rest is compiled without, in → their JavaScript in dist/.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)

/** Throws where the packages are not installed. */
export function requirePeers(): void {
  if (!existsSync(new URL('node_modules/typia/package.json', root))) {
    throw new Error('The peers are not installed: npm --prefix bench ci')
  }
}

/**
 * File by file and unchecked, which takes a second: `npm --prefix bench run types` checks them. They import nothing that `tspc` must
 * transform.
 */
export function compilePeers(): void {
  requirePeers()
  execFileSync('tsc', ['-p', 'tsconfig.peers.json', '--noCheck', '--noResolve'], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
  })
}
