// A type's node in → every problem in it with the path that leads there out.
import { type Problem, TYPE_LIMITS, type TypeNode } from './type-node.ts'

export interface PlacedProblem extends Problem {
  /** `args.items[].run` */
  readonly path: string
}

/** In declared order, depth first, at most `TYPE_LIMITS.reportedPaths` and one more. */
export function collectProblems(root: TypeNode, name: string, isArgs: boolean): PlacedProblem[] {
  const dirty = nodesThatLeadToProblems(root, isArgs)
  const found: PlacedProblem[] = []
  const onPath = new Set<TypeNode>()
  let steps = 0
  const visit = (node: TypeNode, path: string) => {
    if (
      onPath.has(node) ||
      !dirty.has(node) ||
      found.length > TYPE_LIMITS.reportedPaths ||
      ++steps > MAX_STEPS
    )
      return
    for (const it of node.problems) if (counts(it, isArgs)) found.push({ ...it, path: path + it.step })
    onPath.add(node)
    for (const child of node.children) visit(child.node, path + child.step)
    onPath.delete(node)
  }
  visit(root, name)
  return found
}

/** Types that hold each other have very many paths to try; it bounds the depth of the walk as well. */
const MAX_STEPS = 4_000

function counts(problem: Problem, isArgs: boolean): boolean {
  return isArgs || !problem.argsOnly
}

function settle(node: TypeNode): void {
  node.problems.push(...(node.late?.() ?? []))
  delete node.late
}

function nodesThatLeadToProblems(root: TypeNode, isArgs: boolean): ReadonlySet<TypeNode> {
  const parents = new Map<TypeNode, TypeNode[]>([[root, []]])
  const pending = [root]
  for (let node = pending.pop(); node; node = pending.pop()) {
    settle(node)
    for (const { node: child } of node.children) {
      const known = parents.get(child)
      if (known) known.push(node)
      else {
        parents.set(child, [node])
        pending.push(child)
      }
    }
  }
  const dirty = new Set([...parents.keys()].filter(node => node.problems.some(it => counts(it, isArgs))))
  // A set that grows while it is walked: each parent of a marked node is marked and then walked itself.
  for (const node of dirty) for (const parent of parents.get(node) ?? []) dirty.add(parent)
  return dirty
}
