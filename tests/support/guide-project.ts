// A page of the documentation → a project of the files it shows, compiled by tspc, whose modules can be loaded.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type CodeBlock, codeBlocks } from './markdown.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Of a project whose client is a module of it, as the guide and the pages have it. */
export const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    rootDir: 'src',
    outDir: 'dist',
    plugins: [
      { transform: '@alien-rpc/transformer', transformProgram: true, client: 'src/generated/client.ts' },
    ],
  },
  include: ['src'],
}

export class GuideProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'alien-rpc-guide-'))
  readonly blocks: readonly CodeBlock[]

  /** `page` is relative to the repository, as `docs/mounting.md`. */
  constructor(page: string) {
    this.blocks = codeBlocks(readFileSync(join(root, page), 'utf8'))
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'))
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    for (const { info, text } of this.blocks) {
      // `src/app/` is of Next.js, whose compiler and resolution are others (tests/next.test.ts).
      if (!/^src\/(?!app\/).+\.ts$/.test(info)) continue
      mkdirSync(dirname(join(this.folder, info)), { recursive: true })
      writeFileSync(join(this.folder, info), text)
    }
  }

  /** What tspc says; it is silent when all is well. */
  compile(): string {
    const tspc = join(root, 'node_modules/.bin/tspc')
    const { stdout, stderr } = spawnSync(tspc, ['-p', '.'], { cwd: this.folder, encoding: 'utf8' })
    return stdout + stderr
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** A compiled module, by the name of its source below `src/`, without the ending. */
  load<T>(name: string): Promise<T> {
    return import(pathToFileURL(this.path(`dist/${name}.js`)).href)
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
