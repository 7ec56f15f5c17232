// Arguments of the command line → a command, run; its exit code.
import { relative } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { HOMEPAGE } from '../../model/homepage.ts'
import { checkCommand } from './check-command.ts'
import { type CliIo, EXIT } from './cli-io.ts'
import { doctorCommand } from './doctor-command.ts'
import { explainRule, listRules, noSuchRule } from './explain-rule.ts'
import { FORMATS } from './findings-to-text.ts'
import { initCommand } from './init-command.ts'
import { openProject } from './open-project.ts'
import { routesToRows, rowsToTable } from './routes-to-table.ts'

const HELP_AFTER = `
Exit codes: 0 success, 1 findings or problems, 2 the project or an option cannot be used.
Colours: on terminals only; FORCE_COLOR and NO_COLOR override that.
Documentation: ${HOMEPAGE}/blob/main/docs/editor.md`

/** Never ends the process itself. */
export function runCli(args: readonly string[], io: CliIo, version: string): number {
  let exit: number = EXIT.fine
  const program = new Command('alien-rpc')
    .description('Checks and lists the Alien RPC routes of a project, and sets a project up.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.error, getOutHasColors: () => io.colours })
    .showHelpAfterError('(run with --help to see commands and options)')
    .addHelpText('after', HELP_AFTER)
  const project = () =>
    new Option('-p, --project <tsconfig>', 'path of the tsconfig').default('tsconfig.json')

  program
    .command('check')
    .description('report all findings about routes; exit with 1 if there is an error')
    .addOption(project())
    .addOption(new Option('--format <format>', 'output format').choices(FORMATS).default('pretty'))
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that makes the command exit with 1')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .action(options => {
      exit = checkCommand(io, options)
    })
  program
    .command('routes')
    .description('list all routes')
    .addOption(project())
    .option('--json', 'print JSON, with full types')
    .action(options => {
      exit = routesCommand(io, options)
    })
  program
    .command('explain')
    .description('explain a finding and how to fix it; without a code, list all findings')
    .argument('[code]', 'code or name, such as TS72004 or duplicate-route')
    .action((code: string | undefined) => {
      exit = explainCommand(io, code)
    })
  program
    .command('init')
    .description('add the Alien RPC entry to the tsconfig (comments stay), or create a tsconfig')
    .addOption(project())
    .option('--client <file>', 'file to generate the client in', 'src/generated/client.ts')
    .option('--package <name>', 'also build the client as a package with this name, in dist/client')
    .option('--vscode', "make VS Code use the project's TypeScript", false)
    .action(options => {
      exit = initCommand(io, options)
    })
  program
    .command('doctor')
    .description('check versions, the tsconfig entry and the editor set-up')
    .addOption(project())
    .action(options => {
      exit = doctorCommand(io, options.project)
    })
  try {
    program.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.fine : EXIT.unusable
  }
  return exit
}

function routesCommand(io: CliIo, options: { readonly project: string; readonly json?: boolean }): number {
  const opened = openProject(io, options.project)
  if (typeof opened === 'number') return opened
  const rows = routesToRows(opened.analysis, file => relative(io.folder, file).replaceAll('\\', '/'))
  if (rows.length === 0) io.error('There are no routes in this program.\n')
  io.out(options.json ? `${JSON.stringify(rows, undefined, 2)}\n` : rowsToTable(rows))
  const missing = opened.findings.length
  if (missing > 0)
    io.error(`Findings: ${missing}. Routes with errors are not listed; see npx alien-rpc check\n`)
  return EXIT.fine
}

function explainCommand(io: CliIo, code: string | undefined): number {
  const text = code === undefined ? listRules() : explainRule(code)
  if (text !== undefined) {
    io.out(text)
    return EXIT.fine
  }
  io.error(noSuchRule(code ?? ''))
  return EXIT.unusable
}
