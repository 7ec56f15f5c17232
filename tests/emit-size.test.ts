// One file of the 500-route project of bench/ → how much code tspc adds to it. Bytes are counted, nothing is timed.
import { expect } from 'chai'
import ts from 'typescript'
import { routesFile } from '../bench/src/size/generate-project.ts'
import { createTspcProject, type TspcProject, tsconfig } from './support/tspc-project.ts'

const ROUTES = 10
const MAX_BYTES_A_ROUTE = 1536

describe('emitted code', () => {
  let project: TspcProject
  afterEach(() => project.dispose())

  it(`takes at most ${MAX_BYTES_A_ROUTE} bytes a route`, async () => {
    const source = routesFile(0)
    project = createTspcProject({ 'tsconfig.json': tsconfig(), 'src/routes.ts': source })
    const { code, output } = await project.tspc()
    expect(code, output).to.equal(0)
    const plain = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
    }).outputText
    const added = Buffer.byteLength(project.read('dist/routes.js')) - Buffer.byteLength(plain)
    expect(added / ROUTES).to.be.within(500, MAX_BYTES_A_ROUTE)
  })
})
