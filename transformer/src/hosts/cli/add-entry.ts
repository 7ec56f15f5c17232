// The text of a tsconfig → the same with an entry for Alien RPC, its comments and its layout kept.
import { applyEdits, findNodeAtLocation, modify, type Node, parseTree } from 'jsonc-parser'

export interface AddedEntry {
  readonly text: string
  /** False when an entry for the transformer was there: then the text is as it was. */
  readonly isNew: boolean
}

const ENTRY = {
  transform: '@alien-rpc/transformer',
  transformProgram: true,
  name: '@alien-rpc/tsserver-plugin',
} as const

/** A message instead, when the text is no tsconfig. */
export function addEntry(text: string, client: string): AddedEntry | string {
  const root = parseTree(text)
  if (root?.type !== 'object') return 'it is not a JSON object'
  const plugins = findNodeAtLocation(root, ['compilerOptions', 'plugins'])
  if (plugins !== undefined && plugins.type !== 'array') return '"plugins" is not a list'
  if (plugins?.children?.some(isOurs)) return { text, isNew: false }
  const tabSize = /\n( +)"/.exec(text)?.[1]?.length ?? 2
  const formattingOptions = {
    insertSpaces: !/\n\t+"/.test(text),
    tabSize,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
  const entry = { ...ENTRY, client }
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
