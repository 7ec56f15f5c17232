// A handler that streams in → findings about what its code does, not about its types, out.
import type ts from 'typescript'
import type { TypeScript } from '../../compiler.ts'
import { placeOf } from '../../diagnostics/node-to-place.ts'
import type { Place } from '../../model/finding.ts'
import type { RouteReader } from '../route-reader.ts'
import { findIdleLoops } from './generator-to-idle-loops.ts'
import { findUnreleased } from './generator-to-unreleased.ts'
import { type Body, generatorsOf } from './handler-to-bodies.ts'
import { ownNodes } from './own-nodes.ts'
import { mayHaveIds } from './streams-to-ids.ts'

export interface StreamHandler {
  readonly signature: ts.Signature
  readonly streams: readonly ts.Type[]
  /** Clients of a socket subscribe again by themselves; a stream over HTTP is resumed where the caller asks for it. */
  readonly isSubscription: boolean
  /** Of the route or the handler, for what no line of the code stands for. */
  readonly place: Place
}

const IDLE =
  'This loop never ends and waits for nothing: it sends as fast as the client reads, and a turn without a "yield" stops the whole server. Await what the next item depends on, or end it once "signal" is aborted.'
const NO_IDS = 'has no id, so a client that reconnects cannot say that it has seen it'
const SEND_TRACKED = 'Send tracked(id, item), and start after "lastEventId".'

export function lintStream(reader: RouteReader, handler: StreamHandler): void {
  const { findings, isOn, types } = reader
  const generators = generatorsOf(types.compiler, handler.signature)
  for (const generator of generators) {
    if (isOn('loop-without-wait')) {
      for (const loop of findIdleLoops(types.compiler, generator)) {
        findings.add('loop-without-wait', keywordPlace(loop), IDLE)
      }
    }
    if (!isOn('resource-without-finally')) continue
    for (const { call, variable, release } of findUnreleased(types.compiler, generator)) {
      const name = variable ? `"${variable.text}"` : 'This'
      const message = `${name} is not released when the client leaves: the stream ends at its "yield", and of what comes after only "finally" runs. Write try { … } finally { ${release} }.`
      findings.add('resource-without-finally', placeOf(call), message)
    }
  }
  lintIds(reader, handler, generators)
}

function lintIds(
  { findings, isOn, types: { compiler } }: RouteReader,
  { signature, streams, isSubscription, place }: StreamHandler,
  generators: readonly Body[],
): void {
  const isAsked = isSubscription && isOn('items-without-ids')
  const resumes = isOn('resume-without-ids') ? resumeNode(compiler.ts, signature) : undefined
  if ((!isAsked && !resumes) || mayHaveIds(compiler, streams)) return
  if (resumes) {
    const message = `"lastEventId" is always undefined here, because no item carries an id. Send tracked(id, item).`
    findings.add('resume-without-ids', placeOf(resumes), message)
    return
  }
  const { ts } = compiler
  const yields = generators.flatMap(it => ownNodes(ts, it.body).filter(ts.isYieldExpression))
  for (const node of yields) {
    findings.add('items-without-ids', placeOf(node), `What is sent here ${NO_IDS}. ${SEND_TRACKED}`)
  }
  if (yields.length === 0)
    findings.add('items-without-ids', place, `An item of this subscription ${NO_IDS}. ${SEND_TRACKED}`)
}

/** Where the handler takes `lastEventId` from its context. */
function resumeNode(ts: TypeScript, signature: ts.Signature): ts.Node | undefined {
  const declaration = signature.getDeclaration() as (ts.SignatureDeclaration & Partial<Body>) | undefined
  const context = declaration?.parameters.filter(it => it.name.getText() !== 'this')[1]?.name
  if (!declaration?.body || !context) return undefined
  if (ts.isObjectBindingPattern(context)) return elementOf(context)
  const isContext = (node: ts.Node | undefined) => node?.getText() === context.getText()
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'lastEventId' && isContext(node.expression))
      return node.name
    const taken = ts.isVariableDeclaration(node) && isContext(node.initializer) ? node.name : undefined
    const element = taken && ts.isObjectBindingPattern(taken) ? elementOf(taken) : undefined
    return element ?? ts.forEachChild(node, visit)
  }
  return visit(declaration.body)
}

function elementOf({ elements }: ts.ObjectBindingPattern): ts.Node | undefined {
  return elements.find(it => (it.propertyName ?? it.name).getText() === 'lastEventId')
}

function keywordPlace(loop: ts.Node): Place {
  const place = placeOf(loop)
  const keyword = /^\w+/.exec(loop.getText())?.[0] ?? ''
  return { ...place, length: Math.max(keyword.length, 1) }
}
