// What a test's project holds → a project and a tsserver of its own for each test of a suite.
import { EditorProject } from './editor-project.ts'
import { Tsserver } from './tsserver.ts'

export interface Editor {
  readonly project: EditorProject
  readonly tsserver: Tsserver
}

/** In a `describe`. Both are made before each test and closed after it; `prepare` runs before tsserver starts. */
export function useEditor(prepare: (project: EditorProject) => void = () => {}): Editor {
  let project: EditorProject
  let tsserver: Tsserver
  beforeEach(() => {
    project = new EditorProject()
    prepare(project)
    tsserver = new Tsserver()
  })
  afterEach(async () => {
    await tsserver.close()
    project.close()
  })
  return {
    get project() {
      return project
    },
    get tsserver() {
      return tsserver
    },
  }
}
