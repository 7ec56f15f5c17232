// Command lines and small projects in → what `alien-rpc` prints, writes and ends with.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect } from 'chai'
import ts from 'typescript'
import { explainRule } from '../transformer/src/hosts/cli/explain-rule.ts'
import { RULES, type RuleName } from '../transformer/src/model/finding.ts'
import { documentationOf } from '../transformer/src/model/homepage.ts'
import { EditorProject, root } from './support/editor-project.ts'

const require = createRequire(import.meta.url)
const cli = join(root, 'transformer/dist/cli.cjs')

describe('alien-rpc', function () {
  // Each command is a process that loads the compiler.
  this.timeout(120_000)
  let project: EditorProject
  let folder: string

  beforeEach(() => {
    project = new EditorProject()
    folder = project.folder
  })
  afterEach(() => project.close())

  const run = (args: readonly string[]) => project.alienRpc(...args)
  const keepOnly = (...names: string[]) => {
    for (const name of ['mistakes.ts', 'routes.ts', 'caller.ts']) {
      if (!names.includes(name)) project.remove(name)
    }
  }

  describe('check', () => {
    it('prints every finding with its place, and ends with 1', () => {
      const { status, stdout } = run(['check'])
      expect(status).to.equal(1)
      expect(stdout).to.include('src/mistakes.ts(3,16): error TS72012: The route "hidden" is not exported')
      expect(stdout).to.include(`\n  ${documentationOf('route-not-exported')}\n`)
      expect(stdout).to.match(/src\/mistakes\.ts\(7,\d+\): warning TS72011: .*args\.entry: any/)
      expect(stdout).to.match(/\n0 routes|\n\d+ routes? without errors, 7 errors, 1 warning\n$/)
    })

    it('shows the lines in colour only where a terminal shows it', () => {
      expect(run(['check']).stdout).not.to.include('\u001b[')
      const env = { ...process.env, FORCE_COLOR: '1' }
      const coloured = spawnSync(process.execPath, [cli, 'check'], { cwd: folder, encoding: 'utf8', env })
      expect(coloured.stdout).to.include('\u001b[')
    })

    it('gives the findings as data', () => {
      const findings = JSON.parse(run(['check', '--format', 'json']).stdout)
      expect(findings[0]).to.deep.include({
        code: 72012,
        rule: 'route-not-exported',
        severity: 'error',
        file: 'src/mistakes.ts',
        line: 3,
        column: 16,
        endLine: 3,
        documentation: documentationOf('route-not-exported'),
      })
    })

    it('writes the commands that GitHub turns into annotations', () => {
      const [first] = run(['check', '--format', 'github']).stdout.split('\n')
      expect(first).to.match(
        /^::error file=src\/mistakes\.ts,line=3,col=16,endLine=3,endColumn=45,title=TS72012 route-not-exported::The route "hidden"/,
      )
      expect(first?.endsWith(`%0A${documentationOf('route-not-exported')}`)).to.equal(true)
    })

    it('writes SARIF whose results refer to rules and places', () => {
      const { version, runs } = JSON.parse(run(['check', '--format', 'sarif']).stdout)
      expect(version).to.equal('2.1.0')
      const rules = runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)
      for (const result of runs[0].results) expect(rules).to.include(result.ruleId)
      for (const { id, helpUri, help } of runs[0].tool.driver.rules) {
        expect(helpUri).to.equal(documentationOf(id))
        expect(help.markdown).to.include(RULES[id as RuleName].right)
      }
      expect(runs[0].results[0].locations[0].physicalLocation).to.deep.equal({
        artifactLocation: { uri: 'src/mistakes.ts' },
        region: { startLine: 3, startColumn: 16, endLine: 3, endColumn: 45 },
      })
    })

    it('writes SARIF that its schema accepts, with and without findings', () => {
      const path = require.resolve('@microsoft/jest-sarif/package.json')
      const schema = JSON.parse(
        readFileSync(join(dirname(path), 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
      )
      // A draft of 2013, whose vocabulary is the same but for the name of its own name.
      const { $schema, id: $id, ...rest } = schema
      const ajv = addFormats.default(new Ajv({ strict: false, unicodeRegExp: false }))
      const isValid = ajv.compile({ $id, ...rest })
      const log = () => JSON.parse(run(['check', '--format', 'sarif']).stdout)
      const broken = log()
      expect(isValid(broken), JSON.stringify(isValid.errors)).to.equal(true)
      broken.runs[0].results[0].level = 'fatal'
      expect(isValid(broken)).to.equal(false)
      keepOnly('routes.ts')
      expect(isValid(log()), JSON.stringify(isValid.errors)).to.equal(true)
    })

    it('ends with 0 when there is nothing to complain about', () => {
      keepOnly('routes.ts')
      expect(run(['check'])).to.deep.include({
        status: 0,
        stdout: '3 routes without errors, 0 errors, 0 warnings\n',
      })
    })

    it('fails for a warning only when asked to', () => {
      keepOnly()
      const text =
        "import { route } from '@alien-rpc/service'\nexport const a = route.post('/a', (args: { x: any }) => 1)\n"
      writeFileSync(join(folder, 'src/a.ts'), text)
      expect(run(['check']).status).to.equal(0)
      expect(run(['check', '--fail-on', 'warning']).status).to.equal(1)
    })

    it('heeds the severities of the tsconfig and comments that suppress, as tspc and the editor do', () => {
      keepOnly()
      const route = "export const a = route.post('/a', (args: { x: any }) => 1)\n"
      const source = (comment: string) =>
        writeFileSync(
          join(folder, 'src/a.ts'),
          `import { route } from '@alien-rpc/service'\n${comment}${route}`,
        )
      source('// alien-rpc-ignore any-in-args: passed on as it is\n')
      expect(run(['check', '--fail-on', 'warning']).status).to.equal(0)
      source('')
      const tsconfig = join(folder, 'tsconfig.json')
      const text = readFileSync(tsconfig, 'utf8')
      const withRules = (rules: string) =>
        writeFileSync(
          tsconfig,
          text.replace('"transformProgram": true,', `"transformProgram": true, "rules": ${rules},`),
        )
      withRules('{ "any-in-args": "error" }')
      expect(run(['check'])).to.deep.include({ status: 1 })
      expect(project.tspc().stdout).to.match(/error TS72011/)
      withRules('{ "any-in-args": "off" }')
      expect(run(['check', '--fail-on', 'warning']).status).to.equal(0)
      expect(project.tspc()).to.deep.include({ status: 0, stdout: '' })
      withRules('{ "any-in-arg": "off" }')
      expect(project.tspc().stdout).to.match(/tsconfig\.json.*error TS72001: There is no rule "any-in-arg"/)
    })

    it('finds what tspc finds about the tsconfig, heeds its settings there too, and writes nothing', () => {
      keepOnly()
      project.write('empty.ts', 'export const nothing = 1\n')
      expect(run(['check']).stdout).to.match(/^tsconfig\.json\(\d+,\d+\): warning TS72031: No exported route/)
      project.editConfig('"client":', '"rules": { "no-routes": "error" }, "client":')
      expect(run(['check'])).to.deep.include({ status: 1 })
      expect(project.tspc().stdout).to.match(/tsconfig\.json.*error TS72031/)
      project.editConfig('"no-routes": "error"', '"no-routes": "off"')
      expect(run(['check'])).to.deep.include({
        ...{ status: 0, stdout: '0 routes without errors, 0 errors, 0 warnings\n' },
      })
      expect(project.tspc()).to.deep.include({ status: 0, stdout: '' })
      project.editConfig('"client":', '"cleint":')
      expect(run(['check']).stdout).to.match(/^tsconfig\.json\(\d+,\d+\): error TS72001: .*"cleint"/)
    })

    it('knows the client that is not there yet, and does not write it', () => {
      keepOnly('routes.ts')
      project.write(
        'twice.ts',
        `import { route } from '@alien-rpc/service'
import { createClient } from './generated/client.ts'
export const twice = route.post('/twice', (args: { name: string; born: Date }) => createClient({ prefixUrl: '' }).addUser(args))
`,
      )
      expect(run(['check', '--fail-on', 'warning']).stdout).to.equal(
        '4 routes without errors, 0 errors, 0 warnings\n',
      )
      expect(existsSync(project.path('generated'))).to.equal(false)
    })

    it('ends with 2 and says why when the project or an option cannot be used', () => {
      expect(run(['check', '-p', 'nowhere.json'])).to.deep.include({ status: 2, stdout: '' })
      expect(run(['check', '-p', 'nowhere.json']).stderr).to.match(
        /there is no .*nowhere\.json\. "npx alien-rpc init" makes/,
      )
      const unknown = run(['check', '--format', 'xml'])
      expect(unknown.status).to.equal(2)
      expect(unknown.stderr).to.match(/Allowed choices are pretty, json, github, sarif/)
      expect(run(['chekc'])).to.deep.include({ status: 2 })
      expect(run(['chekc']).stderr).to.match(/Did you mean check\?/)
    })
  })

  /** A program without routes beside the others. */
  const empty = () => {
    writeFileSync(join(folder, 'empty.ts'), 'export {}\n')
    writeFileSync(join(folder, 'empty.json'), '{ "files": ["empty.ts"] }')
    return 'empty.json'
  }

  it('lists the routes for people and for scripts', () => {
    keepOnly('routes.ts')
    const { status, stdout } = run(['routes'])
    expect(status).to.equal(0)
    expect(
      stdout
        .split('\n')
        .slice(0, 4)
        .map(line => line.split(/ {2,}/).slice(0, 4)),
    ).to.deep.equal([
      ['METHOD', 'PATH', 'NAME', 'OUTPUT'],
      ['WS', '/chat', 'chat', 'socket'],
      ['GET', '/stream/:type', 'conditionalStream', 'stream'],
      ['POST', '/users', 'addUser', 'value'],
    ])
    const none = run(['routes', '-p', empty()])
    expect([none.status, none.stderr]).to.deep.equal([0, 'There are no routes in this program.\n'])
    expect(JSON.parse(run(['routes', '--json']).stdout)[2]).to.deep.equal({
      method: 'POST',
      path: '/users',
      name: 'addUser',
      output: 'value',
      takes: '{ name: string; born: Date }',
      gives: '{ id: number; name: string }',
      file: 'src/routes.ts',
    })
  })

  it('explains a finding by its code and by its name, and lists them all', () => {
    for (const name of ['duplicate-route', 'TS72004', '72004']) {
      expect(run(['explain', name]).stdout).to.match(
        /^TS72004 duplicate-route \(error\)\n\nTwo routes have the same/,
      )
    }
    expect(run(['explain', 'TS1'])).to.deep.include({ status: 2, stdout: '' })
    expect(run(['explain', 'item-without-ids']).stderr).to.include('did you mean "items-without-ids"?')
    const list = run(['explain'])
    expect(list.status).to.equal(0)
    expect(list.stdout.match(/^TS72\d{3} /gm)).to.have.length(Object.keys(RULES).length)
    expect(list.stdout).to.match(/^TS72004 {2}duplicate-route +error {4}Two routes have the same/m)
    for (const [rule, { title }] of Object.entries(RULES)) expect(explainRule(rule)).to.include(title)
    expect(run(['explain', 'TS72004']).stdout).to.match(/#ts72004\n$/)
  })

  describe('init', () => {
    const tsconfig = () => readFileSync(join(folder, 'tsconfig.json'), 'utf8')
    const plugins = () =>
      ts.parseConfigFileTextToJson('tsconfig.json', tsconfig()).config.compilerOptions.plugins

    it('adds the entry and keeps comments, other entries and the layout', () => {
      const text =
        '{\n\t// strict, as ever\n\t"compilerOptions": {\n\t\t"strict": true, // yes\n\t\t"plugins": [{ "name": "other" }]\n\t}\n}\n'
      writeFileSync(join(folder, 'tsconfig.json'), text)
      expect(run(['init', '--client', 'api/client.ts']).status).to.equal(0)
      expect(tsconfig()).to.include('// strict, as ever').and.to.include('// yes').and.not.to.include('  "')
      expect(plugins()).to.deep.equal([
        { name: 'other' },
        {
          transform: '@alien-rpc/transformer',
          transformProgram: true,
          name: '@alien-rpc/tsserver-plugin',
          client: 'api/client.ts',
        },
      ])
    })

    it('adds it where there are no entries or no options yet', () => {
      for (const text of [
        '{}',
        '{\n  "compilerOptions": {}\n}\n',
        '{ "compilerOptions": { "strict": true } }',
      ]) {
        writeFileSync(join(folder, 'tsconfig.json'), text)
        run(['init'])
        expect(
          plugins().map((entry: { client: string }) => entry.client),
          text,
        ).to.deep.equal(['src/generated/client.ts'])
      }
    })

    it('changes nothing the second time', () => {
      writeFileSync(join(folder, 'tsconfig.json'), '{}')
      run(['init', '--vscode'])
      const [first, settings] = [tsconfig(), readFileSync(join(folder, '.vscode/settings.json'), 'utf8')]
      expect(run(['init', '--vscode']).stdout).to.include('has its entry already')
      expect([tsconfig(), readFileSync(join(folder, '.vscode/settings.json'), 'utf8')]).to.deep.equal([
        first,
        settings,
      ])
      expect(JSON.parse(settings)['typescript.tsdk']).to.equal('node_modules/typescript/lib')
    })

    it('asks for the client as a package, of a new entry and of one that is there', () => {
      const packaged = { outDir: 'dist/client', name: '@acme/client' }
      for (const args of [[], ['--client', 'api/client.ts']]) {
        writeFileSync(join(folder, 'tsconfig.json'), '{\n  // mine\n  "compilerOptions": {}\n}\n')
        if (args.length > 0) run(['init', ...args])
        expect(run(['init', '--package', '@acme/client']).status).to.equal(0)
        expect(plugins()).to.have.length(1)
        expect(plugins()[0].package).to.deep.equal(packaged)
        expect(plugins()[0].client).to.equal(args[1] ?? 'src/generated/client.ts')
        expect(tsconfig()).to.include('// mine')
        expect(run(['init', '--package', 'other']).stdout).to.include('has its entry already')
      }
    })

    it('makes a tsconfig where there is none, and says what else the project lacks', () => {
      rmSync(join(folder, 'tsconfig.json'))
      writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }')
      const { status, stdout } = run(['init'])
      expect(status).to.equal(0)
      expect(stdout).to.include('tsconfig.json: made').and.to.include('npm pkg set type=module')
      const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile)
      expect(config.compilerOptions).to.include({ module: 'nodenext', strict: true })
      expect(plugins()).to.have.length(1)
    })

    it('touches nothing that it does not understand', () => {
      expect(run(['init', '-p', 'none/tsconfig.json'])).to.deep.include({ status: 2 })
      expect(existsSync(join(folder, 'none'))).to.equal(false)
      writeFileSync(join(folder, 'tsconfig.json'), '[]')
      expect(run(['init'])).to.deep.include({ status: 2 })
      expect(tsconfig()).to.equal('[]')
    })
  })

  describe('doctor', () => {
    it('finds nothing wrong with a project that is set up', () => {
      const { status, stdout } = run(['doctor'])
      expect(stdout)
        .to.match(/✓ TypeScript 6\./)
        .and.to.match(/✓ ts-patch 4\./)
        .and.to.match(/✓ the tsconfig entry/)
      expect(status).to.equal(0)
    })

    it('asks for esbuild where the client is built as a package', () => {
      rmSync(join(folder, 'node_modules'), { recursive: true })
      run(['init', '--package', 'client'])
      expect(run(['doctor']).stdout).to.include('✗ "package": the client is bundled by esbuild')
    })

    it('names what is missing and the command that helps', () => {
      rmSync(join(folder, 'node_modules'), { recursive: true })
      writeFileSync(join(folder, 'tsconfig.json'), '{}')
      const { status, stdout } = run(['doctor'])
      expect(status).to.equal(1)
      expect(stdout)
        .to.include('✗ typescript: it is not installed: npm install -D typescript@6')
        .and.to.include('✗ @alien-rpc/service: it is not installed: npm install @alien-rpc/service')
        .and.to.include('– @types/node is not installed: npm install -D @types/node')
        .and.to.include('npx alien-rpc init')
    })
  })

  it('shows help and its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'transformer/package.json'), 'utf8'))
    expect(run(['--version'])).to.deep.include({ status: 0, stdout: `${version}\n` })
    const help = run(['--help'])
    expect(help.status).to.equal(0)
    expect(help.stdout).to.match(/Exit codes: 0 .* 1 .* 2 /)
    for (const command of ['check', 'routes', 'explain', 'init', 'doctor'])
      expect(help.stdout).to.include(command)
  })
})
