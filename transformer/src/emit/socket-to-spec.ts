// A socket route in → its spec, as text, out: what goes into the `route.ws` call.
import type { AnswerModel, CallModel, SocketModel, VariantsModel } from '../model/route-model.ts'
import { modelsOf } from '../model/route-models.ts'
import type { TypeModel } from '../model/type-model.ts'
import { literal, objectKey, objectText } from './code.ts'
import { CONTRACT, type Emitter, formatsEntry, inputEntries, outputSpec, specText } from './model-to-spec.ts'
import { variantsToAnswers } from './variants-to-answers.ts'

export function socketToSpec(socket: SocketModel, emitter: Emitter): string {
  const { name, message, request, subscribe, rows } = socket
  const hasRows = rows !== undefined
  const entries = [`contract: ${CONTRACT}, name: ${literal(name)}, output: "socket"`]
  if (message) entries.push(`message: ${inputSpec(message, `${name}_message`, emitter)}`)
  if (request) entries.push(`request: ${callSpec(request, `${name}_request`, false, hasRows, emitter)}`)
  if (subscribe)
    entries.push(`subscribe: ${callSpec(subscribe, `${name}_subscribe`, true, hasRows, emitter)}`)
  if (hasRows) entries.push(`rows: ${literal(rows)}`)
  return specText([...entries, ...formatsEntry(modelsOf(socket), emitter)], emitter)
}

function inputSpec(model: TypeModel, hint: string, emitter: Emitter): string {
  return objectText(inputEntries(model, hint, false, emitter))
}

function callSpec(
  call: CallModel,
  hint: string,
  isStream: boolean,
  hasRows: boolean,
  emitter: Emitter,
): string {
  const { other, variants } = variantsToAnswers(call)
  const answer = (model: AnswerModel, own: string) => answerEntries(model, own, isStream, hasRows, emitter)
  return objectText([
    `input: ${inputSpec(call.input, hint, emitter)}`,
    ...answer(other, hint),
    ...(variants ? [`variants: ${variantsSpec(variants, hint, answer)}`] : []),
  ])
}

function variantsSpec(
  { key, groups }: VariantsModel,
  hint: string,
  answer: (model: AnswerModel, hint: string) => string[],
): string {
  const answers = groups.flatMap(group =>
    group.values.map(
      value => `${objectKey(String(value))}: ${objectText(answer(group, `${hint}_${value}`))}`,
    ),
  )
  return objectText([`key: ${literal(key)}`, `answers: ${objectText(answers)}`])
}

function answerEntries(
  { result, returns }: AnswerModel,
  hint: string,
  isStream: boolean,
  hasRows: boolean,
  emitter: Emitter,
): string[] {
  return [
    ...(result ? [`result: ${outputSpec(result, `${hint}_result`, isStream, emitter, hasRows)}`] : []),
    ...(returns ? [`returns: ${outputSpec(returns, `${hint}_returns`, false, emitter, hasRows)}`] : []),
  ]
}
