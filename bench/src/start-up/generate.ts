// A system's source and a folder in → a compiled project of 500 routes, and the file that starts it, out.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Source } from './sources.ts'

const ROUTES_PER_FILE = 10

/** The compiled file to run: as its argument says, it only loads the routes, or calls each of them once, or serves them (ours). */
export function generate(
  { plugins, head, route, call, isServable = false }: Source,
  folder: URL,
  routes: number,
): URL {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(new URL('src/', folder), { recursive: true })
  const compilerOptions = { rootDir: 'src', outDir: 'dist', declaration: false, sourceMap: false, plugins }
  const config = { extends: '../../../../tsconfig.json', compilerOptions, include: ['src'] }
  writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(config))
  const files = Array.from({ length: routes / ROUTES_PER_FILE }, (_, file) =>
    Array.from({ length: ROUTES_PER_FILE }, (_, index) => file * ROUTES_PER_FILE + index),
  )
  for (const [file, numbers] of files.entries()) {
    writeFileSync(new URL(`src/routes-${file}.ts`, folder), head + numbers.map(route).join(''))
    const calls = `import * as routes from './routes-${file}.ts'\n${SERVED}export function callAll(): void {\n${numbers.map(call).join('\n')}\n}\n`
    writeFileSync(new URL(`src/calls-${file}.ts`, folder), calls)
  }
  writeFileSync(new URL('src/main.ts', folder), mainFile(files.length, isServable))
  execFileSync('tspc', ['-p', fileURLToPath(folder)], { stdio: 'inherit' })
  return new URL('dist/main.js', folder)
}

const SERVED = `interface Served { compiled: { args: { read(value: unknown): unknown }; result: { check(value: unknown): boolean } }; handler(args: unknown): unknown }\n`

/** Says how much processor time it has taken, from the first import to its last line, in ms. */
function mainFile(files: number, isServable: boolean): string {
  const numbers = Array.from({ length: files }, (_, file) => file)
  const imports = numbers.map(file => `import('./routes-${file}.ts')`).join(',\n')
  const calls = numbers.map(file => `import('./calls-${file}.ts')`).join(',\n')
  const serve = `if (mode === 'serve') (await import('@alien-rpc/service/node')).createNodeHandler(modules)\n`
  return `const before = process.cpuUsage()
const mode = process.argv[2]
const modules = await Promise.all([${imports}])
if (mode === 'call') for (const { callAll } of await Promise.all([${calls}])) callAll()
${isServable ? serve : 'void modules\n'}const { user, system } = process.cpuUsage(before)
console.log((user + system) / 1000)
`
}
