// The machine and the packages in → what results are headed with, out.
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** Above this load for each processor a run is to be repeated. */
const FAIR_LOAD = 0.75

/** Load of others, so it is read before a part starts. */
export function isBusy(load: number = loadavg()[0] ?? 0): boolean {
  return load > FAIR_LOAD * cpus().length
}

/** Node, processors, versions, load: two paragraphs of Markdown. `load` as it was when the part started. */
export function machineHeader(packages: readonly string[], load: number): string {
  const versions = packages.map(name => `${name} ${versionOf(name)}`)
  const machine = `Node ${process.version}, ${cpus()[0]?.model.trim()}, ${cpus().length} processors.`
  const list = versions.length === 0 ? '' : ` ${versions.join(', ')}.`
  const state = isBusy(load)
    ? `**The machine was busy** (load ${load.toFixed(1)} before the run): compare ratios only, and repeat what matters.`
    : `Load ${load.toFixed(1)} before the run.`
  return `${machine}${list}\n\n${state}`
}

/** Of a package of `bench/`. Its file is looked for and not imported: many do not export it. */
function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
