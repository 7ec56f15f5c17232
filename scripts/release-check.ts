// The built packages in → their archives judged by publint, attw and size; a table, what is wrong, and an exit code out.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { lintPackage } from './lint-package.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

interface Budget {
  readonly packed: number
  readonly unpacked: number
}

interface Packed {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly entryCount: number
  readonly files: readonly { readonly path: string }[]
}

/** The fields of a package.json that are looked at by name. */
interface Manifest extends Readonly<Record<string, unknown>> {
  readonly name: string
  readonly version: string
  readonly repository?: { readonly directory?: string }
  readonly publishConfig?: { readonly provenance?: boolean; readonly access?: string }
  readonly exports?: Readonly<Record<string, object | string>>
}

/** Bytes that are downloaded, and that they take on disk. Whoever needs more says why in the commit that raises a number. */
const BUDGETS: Readonly<Record<string, Budget>> = {
  runtime: { packed: 500_000, unpacked: 2_000_000 },
  transformer: { packed: 520_000, unpacked: 2_200_000 },
  'tsserver-plugin': { packed: 110_000, unpacked: 450_000 },
}

/** What npm needs to say where a package comes from (https://docs.npmjs.com/generating-provenance-statements), and people to judge it. */
const FIELDS = ['description', 'keywords', 'homepage', 'bugs', 'repository', 'license', 'engines', 'files']

/** Needs built packages. `report` gets one line for each package. */
export async function checkPackages(report: (line: string) => void = () => {}): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'alien-rpc-release-'))
  try {
    const problems: string[] = []
    for (const [workspace, budget] of Object.entries(BUDGETS)) {
      const { packed, manifest, archive } = packWorkspace(workspace, folder)
      const { name, version } = manifest
      report(
        `${name} ${version}: ${packed.entryCount} files, ${packed.size} bytes, unpacked ${packed.unpackedSize}`,
      )
      const found = [
        ...(await lintPackage(archive)),
        ...manifestProblems(manifest, workspace),
        ...sizeProblems(packed, budget),
      ]
      problems.push(...found.map(problem => `${name}: ${problem}`))
    }
    return problems
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function packWorkspace(workspace: string, folder: string) {
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', folder, '-w', workspace]
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`)
  const [packed] = JSON.parse(stdout) as [Packed]
  const manifest = readManifest(workspace)
  return { packed, manifest, archive: readFileSync(join(folder, packed.filename)) }
}

function readManifest(workspace: string): Manifest {
  return JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'))
}

function sizeProblems({ size, unpackedSize, files }: Packed, budget: Budget): string[] {
  const paths = files.map(({ path }) => path)
  const missing = ['LICENSE', 'README.md'].filter(path => !paths.includes(path))
  return [
    ...missing.map(path => `${path} is missing`),
    ...(size > budget.packed ? [`${size} bytes are more than its budget of ${budget.packed}`] : []),
    ...(unpackedSize > budget.unpacked
      ? [`unpacked, ${unpackedSize} bytes are more than its budget of ${budget.unpacked}`]
      : []),
  ]
}

function manifestProblems(manifest: Manifest, workspace: string): string[] {
  const { version, repository, publishConfig, exports = {} } = manifest
  const shared = readManifest('runtime')
  return [
    ...FIELDS.filter(field => manifest[field] === undefined).map(field => `"${field}" is missing`),
    ...(repository?.directory === workspace ? [] : ['"repository" does not say its folder']),
    ...(publishConfig?.provenance && publishConfig.access === 'public'
      ? []
      : ['"publishConfig" lacks provenance']),
    ...(version === shared.version
      ? []
      : [`its version ${version} is not that of the others, ${shared.version}`]),
    ...Object.entries(exports)
      .filter(([, target]) => typeof target === 'object' && Object.keys(target)[0] !== 'types')
      .map(([entry]) => `"types" does not come first in the export "${entry}"`),
  ]
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const problems = await checkPackages(console.log)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log('publint and attw find nothing wrong, and every package is within its budget')
}
