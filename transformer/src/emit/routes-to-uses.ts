// The routes of one file in → how often each nameless object type is asked for out, so that its code stands where it is used or,
// if that is in several places, in a function.
// Counting by generating the code and throwing it away took as long as generating it: a twentieth of a build without routes.
// Here one use too many may be counted, where members of a union are told apart in some way of its own; then a function is called once.
import type { AnswerModel, AnyRouteModel, CallModel } from '../model/route-model.ts'
import type { TypeModel } from '../model/type-model.ts'
import { variantOf } from './check-scope.ts'
import type { Uses } from './functions.ts'
import { children, namedType, shapeKey, type Types } from './type-facts.ts'
import { variantsToAnswers } from './variants-to-answers.ts'

/** By the keys with which `Functions.standsInline` is asked. */
export function routesToUses(routes: readonly AnyRouteModel[], types: Types): Uses {
  const uses = new Map<string, number>()
  for (const { model, closed } of routes.flatMap(inputsOf)) {
    const scope = { types, domain: 'json', ...(closed ? { closed } : {}) } as const
    countChecks(model, scope, uses)
    count(model, { types, uses, keyOf: part => `decode:${shapeKey(part)}` })
  }
  for (const model of routes.flatMap(answersOf)) {
    countChecks(model, { types, domain: 'native' }, uses)
    count(model, { types, uses, keyOf: part => `text:${shapeKey(part)}` })
  }
  return uses
}

interface Input {
  readonly model: TypeModel
  readonly closed?: true
}

function inputsOf(route: AnyRouteModel): Input[] {
  if (route.output !== 'socket') {
    const { args } = route
    return args ? [{ model: args.model, ...(args.strict ? { closed: true } : {}) }] : []
  }
  const { message, request, subscribe } = route
  return [message, request?.input, subscribe?.input].flatMap(model => (model ? [{ model }] : []))
}

function answersOf(route: AnyRouteModel): TypeModel[] {
  if (route.output !== 'socket') return sent(route)
  return [route.request, route.subscribe].flatMap(call => (call ? answersOfCall(call) : []))
}

function answersOfCall(call: CallModel): TypeModel[] {
  const { other, variants } = variantsToAnswers(call)
  return [...sent(other), ...(variants?.groups ?? []).flatMap(it => it.values.flatMap(() => sent(it)))]
}

function sent({ result, returns }: AnswerModel): TypeModel[] {
  return [result, returns].filter(model => model !== undefined)
}

type Scope = Parameters<typeof variantOf>[1]

function countChecks(model: TypeModel, scope: Scope, uses: Map<string, number>): void {
  const keyOf = (part: TypeModel) => `check:${variantOf(part, scope)}:${shapeKey(part)}`
  count(model, { types: scope.types, uses, keyOf, byDiscriminant: true })
}

interface Counting {
  readonly types: Types
  readonly uses: Map<string, number>
  readonly keyOf: (model: TypeModel) => string
  /** Members of a union with a discriminant are looked into, and not asked for themselves. */
  readonly byDiscriminant?: true
}

/** What is inside a repeated type is asked for once, by its function. */
function count(model: TypeModel, counting: Counting): void {
  const { types, uses, keyOf } = counting
  if (model.kind === 'object' || model.kind === 'ref') {
    const key = keyOf(model)
    const before = uses.get(key) ?? 0
    uses.set(key, before + 1)
    if (before > 0) return
  }
  const body = model.kind === 'ref' ? namedType(model.id, types).model : model
  const inside =
    model.kind === 'ref' && body.kind !== 'object' && body.kind !== 'union' ? [body] : children(body)
  const isTold = counting.byDiscriminant && body.kind === 'union' && body.discriminant !== undefined
  for (const part of inside) {
    if (isTold && part.kind === 'object') for (const inner of children(part)) count(inner, counting)
    else count(part, counting)
  }
}
