// The process → the command line tool: `alien-rpc`.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runCli } from './hosts/cli/cli.ts'

const require = createRequire(__filename)
// Beside `dist/`, where the bundle is.
const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'))
const { NO_COLOR, FORCE_COLOR } = process.env

process.exitCode = runCli(
  process.argv.slice(2),
  {
    folder: process.cwd(),
    colours: FORCE_COLOR !== undefined ? FORCE_COLOR !== '0' : process.stdout.isTTY === true && !NO_COLOR,
    out: text => void process.stdout.write(text),
    error: text => void process.stderr.write(text),
    require,
  },
  version,
)
