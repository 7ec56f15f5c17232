// The text of a tsconfig → the same with an entry for Alien RPC, its comments and its layout kept.
import { applyEdits, findNodeAtLocation, modify, type Node, parseTree } from 'jsonc-parser'

export interface AddedEntry {
  readonly text: string
  /** False when all of it was there: then the text is as it was. */
  readonly isNew: boolean
}

const ENTRY = {
  transform: '@alien-rpc/transformer',
  transformProgram: true,
  name: '@alien-rpc/tsserver-plugin',
} as const

export interface WantedEntry {
  /** The file that the client is written to. */
  readonly client: string
  /** The name of the package that the client is built as, if it is. */
  readonly package?: string
}

/** Where that package goes: beside what is compiled, which is seldom committed. */
const PACKAGE_FOLDER = 'dist/client'

/** A message instead, when the text is no tsconfig. */
export function addEntry(text: string, wanted: WantedEntry): AddedEntry | string {
  const root = parseTree(text)
  if (root?.type !== 'object') return 'it is not a JSON object'
  const plugins = findNodeAtLocation(root, ['compilerOptions', 'plugins'])
  if (plugins !== undefined && plugins.type !== 'array') return '"plugins" is not a list'
  const index = plugins?.children?.findIndex(isOurs) ?? -1
  const name = wanted.package
  const packed = name === undefined ? undefined : { outDir: PACKAGE_FOLDER, name }
  const isThere = index >= 0 && findNodeAtLocation(root, ['compilerOptions', 'plugins', index, 'package'])
  if (index >= 0 && (packed === undefined || isThere)) return { text, isNew: false }
  const tabSize = /\n( +)"/.exec(text)?.[1]?.length ?? 2
  const formattingOptions = {
    insertSpaces: !/\n\t+"/.test(text),
    tabSize,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
  if (index >= 0) {
    const path = ['compilerOptions', 'plugins', index, 'package']
    return { text: applyEdits(text, modify(text, path, packed, { formattingOptions })), isNew: true }
  }
  const entry = { ...ENTRY, client: wanted.client, ...(packed && { package: packed }) }
  const edits = plugins
    ? modify(text, ['compilerOptions', 'plugins', plugins.children?.length ?? 0], entry, {
        formattingOptions,
        isArrayInsertion: true,
      })
    : modify(text, ['compilerOptions', 'plugins'], [entry], { formattingOptions })
  return { text: applyEdits(text, edits), isNew: true }
}

function isOurs(entry: Node): boolean {
  return findNodeAtLocation(entry, ['transform'])?.value === ENTRY.transform
}
