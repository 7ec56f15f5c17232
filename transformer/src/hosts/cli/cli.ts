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
Exit codes: 0 all is well, 1 there are findings or problems, 2 the project or an option cannot be used.
Colours: only on a terminal, unless FORCE_COLOR or NO_COLOR says otherwise.
${HOMEPAGE}/blob/main/docs/editor.md`

/** Never ends the process itself. */
export function runCli(args: readonly string[], io: CliIo, version: string): number {
  let exit: number = EXIT.fine
  const program = new Command('alien-rpc')
    .description('Checks and lists the routes of a project, and sets it up.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.error, getOutHasColors: () => io.colours })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', HELP_AFTER)
  const project = () =>
    new Option('-p, --project <tsconfig>', 'the tsconfig of the project').default('tsconfig.json')

  program
    .command('check')
    .description('report everything that keeps a route from working; exits with 1 if there is an error')
    .addOption(project())
    .addOption(new Option('--format <format>', 'how findings are printed').choices(FORMATS).default('pretty'))
    .addOption(
      new Option('--fail-on <severity>', 'what makes it exit with 1')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .action(options => {
      exit = checkCommand(io, options)
    })
  program
    .command('routes')
    .description('list the routes')
    .addOption(project())
    .option('--json', 'as JSON, with whole types')
    .action(options => {
      exit = routesCommand(io, options)
    })
  program
    .command('explain')
    .description('say what a finding means and how it is put right, or list them all')
    .argument('[code]', 'its code or name: TS72004, duplicate-route')
    .action((code: string | undefined) => {
      exit = explainCommand(io, code)
    })
  program
    .command('init')
    .description('add the entry for Alien RPC to the tsconfig; comments stay')
    .addOption(project())
    .option('--client <file>', 'where the client is generated', 'src/generated/client.ts')
    .option('--package <name>', 'build the client as a package of this name, too, in dist/client')
    .option('--vscode', 'let VS Code use the TypeScript of the project', false)
    .action(options => {
      exit = initCommand(io, options)
    })
  program
    .command('doctor')
    .description('examine versions, the tsconfig entry and the editor')
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
  if (rows.length === 0) io.error('There is no route in this program.\n')
  io.out(options.json ? `${JSON.stringify(rows, undefined, 2)}\n` : rowsToTable(rows))
  const missing = opened.findings.length
  if (missing > 0)
    io.error(`There are ${missing} findings; routes with errors are not listed: npx alien-rpc check\n`)
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
