// The registry in → Node 22 and 24, Bun, Deno and Next beside the project's packages, for tests that are too large an install for each of them, out.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../node_modules/.cache/runtimes/', import.meta.url))

// Each in a project of its own: two Nodes cannot share one. Their binaries come with install scripts or optional packages.
for (const name of ['node@22', 'node@24', 'bun', 'deno', 'next']) {
  const packages = name === 'next' ? [name, 'react', 'react-dom', '@types/react'] : [name]
  const cwd = `${folder}${name}`
  mkdirSync(cwd, { recursive: true })
  writeFileSync(`${cwd}/package.json`, '{ "private": true }\n')
  const { status, error } = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...packages], {
    cwd,
    stdio: 'inherit',
  })
  if (status !== 0) {
    console.error(`${name} could not be installed${error ? `: ${error.message}` : ''}`)
    process.exitCode = 1
  }
}
