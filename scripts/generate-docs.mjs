// The registry of diagnostics and the table of error codes in → docs/diagnostics.md and the generated part of README.md out.
// With --check nothing is written: a difference is shown, and the exit code is 1.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { tsImport } from 'tsx/esm/api'

const root = new URL('../', import.meta.url)
const { RULES } = await tsImport('../transformer/src/model/finding.ts', import.meta.url)
const { ERROR_CODES, isRetryable } = await tsImport('../runtime/src/errors.ts', import.meta.url)

const documents = {
  'docs/diagnostics.md': () => diagnostics(RULES),
  'README.md': async () => replacePart(await read('README.md'), 'errors', errorTable(ERROR_CODES)),
}

for (const [path, generate] of Object.entries(documents)) {
  const wanted = await generate()
  if ((await read(path)) === wanted) continue
  if (process.argv.includes('--check')) report(path, wanted)
  else await writeFile(new URL(path, root), wanted)
}

/** A table of all codes, then a section for each: what, why, wrong, right. Its anchor is the code, as in links of editors. */
function diagnostics(rules) {
  const sorted = Object.entries(rules).sort(([, a], [, b]) => a.code - b.code)
  const rows = sorted.map(
    ([name, { code, severity, title }]) =>
      `| [TS${code}](#ts${code}) | \`${name}\` | ${severity} | ${title} |`,
  )
  const sections = sorted.map(([name, rule]) => section(name, rule))
  return `# Diagnostics

For everybody who got a \`TS72…\` code: what it means and how to fix it. \`tspc\`, bundler plugins, \`alien-rpc check\` and the editor report each finding at the place that
causes it. An error fails the build; a warning does not.

Set the severity of a warning in the tsconfig entry: \`"rules": { "any-in-args": "off" }\` (or "warning", "error"). Rules marked \`off\` are reported only if you turn them on there.
A comment \`// alien-rpc-ignore any-in-args: why\` suppresses warnings on the next line of code.

<!-- Generated from transformer/src/model/finding.ts by \`npm run docs\`. -->

| code | rule | severity | |
|---|---|---|---|
${rows.join('\n')}

${sections.join('\n')}`
}

function section(name, { code, severity, title, why, wrong, right }) {
  return `## TS${code}

**${title}** (\`${name}\`, ${severity})

${why}

Wrong:

    ${indented(wrong)}

Right:

    ${indented(right)}
`
}

function indented(example) {
  return example.replaceAll('\n', '\n    ')
}

function errorTable(codes) {
  const rows = Object.entries(codes).map(
    ([code, status]) => `| \`${code}\` | ${status} | ${isRetryable(code) ? 'yes' : 'no'} |`,
  )
  return ['| code | HTTP status | retryable |', '|---|---|---|', ...rows].join('\n')
}

/** Replaces what stands between `<!-- generated: name -->` and `<!-- /generated -->`. */
function replacePart(document, name, text) {
  const start = `<!-- generated: ${name} -->\n`
  const from = document.indexOf(start)
  const to = document.indexOf('<!-- /generated -->', from)
  if (from < 0 || to < 0) throw new Error(`README.md has no part "${start.trim()}" … "<!-- /generated -->"`)
  return `${document.slice(0, from + start.length)}\n${text}\n\n${document.slice(to)}`
}

function report(path, wanted) {
  process.exitCode = 1
  console.error(`${path} is not what its sources say. Run "npm run docs" and commit the result.`)
  const current = existsSync(new URL(path, root)) ? fileURLToPath(new URL(path, root)) : '/dev/null'
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--', current, '-'], {
    input: wanted,
    encoding: 'utf8',
  })
  console.error(stdout ?? '')
}

async function read(path) {
  const url = new URL(path, root)
  return existsSync(url) ? readFile(url, 'utf8') : ''
}
