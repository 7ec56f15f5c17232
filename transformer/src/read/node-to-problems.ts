// A type's node in → every problem in it with the path that leads there out.
import { type Problem, TYPE_LIMITS, type TypeNode } from './type-node.ts'

export interface PlacedProblem extends Problem {
  /** `args.items[].run` */
  readonly path: string
}

export interface ProblemCollector {
  /** In declared order, depth first, at most `TYPE_LIMITS.reportedPaths` and one more. The node is read to its end. */
  collect(root: TypeNode, name: string): PlacedProblem[]
}

/** Types that hold each other have very many paths to try; it bounds the depth of the walk as well. */
const MAX_STEPS = 4_000

/** Routes share types, so each node is judged once: a collector is kept for a whole analysis. */
export function createProblemCollector(isArgs: boolean): ProblemCollector {
  const counts = (problem: Problem) => !(isArgs ? problem.sentOnly : problem.argsOnly)
  /** Whether a node, or one that it leads to, has a problem. */
  const leadsToProblem = new Map<TypeNode, boolean>()

  function collect(root: TypeNode, name: string): PlacedProblem[] {
    judge(root)
    const found: PlacedProblem[] = []
    const onPath = new Set<TypeNode>()
    let steps = 0
    const visit = (node: TypeNode, path: string) => {
      if (onPath.has(node) || !leadsToProblem.get(node)) return
      if (found.length > TYPE_LIMITS.reportedPaths || ++steps > MAX_STEPS) return
      for (const it of node.problems) if (counts(it)) found.push({ ...it, path: path + it.step })
      onPath.add(node)
      for (const child of node.children) visit(child.node, path + child.step)
      onPath.delete(node)
    }
    visit(root, name)
    return found
  }

  function judge(root: TypeNode): void {
    if (leadsToProblem.has(root)) return
    const parents = newNodes(root)
    for (const node of parents.keys()) leadsToProblem.set(node, false)
    const dirty = new Set([...parents.keys()].filter(hasProblem))
    // A set that grows while it is walked: each parent of a marked node is marked and then walked itself.
    for (const node of dirty) {
      leadsToProblem.set(node, true)
      for (const parent of parents.get(node)!) dirty.add(parent)
    }
  }

  function hasProblem({ problems, children }: TypeNode): boolean {
    return problems.some(counts) || children.some(child => leadsToProblem.get(child.node))
  }

  /** The nodes that no earlier root led to, each with those of them that hold it. */
  function newNodes(root: TypeNode): Map<TypeNode, TypeNode[]> {
    const parents = new Map<TypeNode, TypeNode[]>([[root, []]])
    for (const node of parents.keys()) {
      settle(node)
      for (const { node: child } of node.children) {
        const known = parents.get(child)
        if (known) known.push(node)
        else if (!leadsToProblem.has(child)) parents.set(child, [node])
      }
    }
    return parents
  }

  return { collect }
}

function settle(node: TypeNode): void {
  node.problems.push(...(node.late?.() ?? []))
  delete node.late
}
