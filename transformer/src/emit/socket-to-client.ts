// A socket route in → what the client module says of it, as text, out: an interface, a method, an entry of the table of calls.
import type {
  AnswerModel,
  CallModel,
  LiteralValue,
  SocketModel,
  VariantGroup,
  VariantsModel,
} from '../model/route-model.ts'
import type { TypeModel } from '../model/type-model.ts'
import { type ClientScope, decodeEntries, encodeEntries } from './client-codec.ts'
import { indentRest, objectKey, objectText, singleQuoted } from './code.ts'
import { type DeclarationScope, docComment, modelToType } from './model-to-declaration.ts'
import { unpackAnswer } from './route-to-rows.ts'
import { routeTuple } from './route-tuple.ts'
import { variantsToAnswers } from './variants-to-answers.ts'

/** What the interface of a socket is called, where the name is free: `chat` and `chatSocket` → `ChatSocket`. */
export function socketTypeName(name: string): string {
  const upper = name.charAt(0).toUpperCase() + name.slice(1)
  return /socket$/i.test(upper) ? upper : `${upper}Socket`
}

/** Ends in a newline. */
export function socketInterface(socket: SocketModel, typeName: string, scope: DeclarationScope): string {
  const { message, request, subscribe } = socket
  const methods = [
    ...(message ? [`notify(${parameter('message', message, scope)}): void`] : []),
    ...(request ? callSignatures('request', request, scope) : []),
    ...(subscribe ? callSignatures('subscribe', subscribe, scope) : []),
  ]
  const doc = docComment(`What \`WS ${socket.path}\` takes.`)
  const body = methods.map(method => `  ${indentRest(method, '  ')}\n`).join('')
  return `${doc}export interface ${typeName} extends RpcSocket {${body === '' ? '' : `\n${body}`}}\n`
}

/** The method of the client: it resolves once the socket is open. */
export function socketMethod(socket: SocketModel, typeName: string): string {
  const params = socket.params.map(name => `${objectKey(name, singleQuoted)}: string`)
  const args = params.length === 0 ? '' : `params: ${objectText(params).replaceAll(', ', '; ')}, `
  return `${objectKey(socket.name, singleQuoted)}(${args}options?: CallOptions): Promise<${typeName}>`
}

type CallKind = 'request' | 'subscribe'

// With variants: a signature for those that are answered alike, and one for values of which only the union is known.
function callSignatures(kind: CallKind, call: CallModel, scope: DeclarationScope): string[] {
  const { input, variants } = call
  const name = VALUE_NAMES[kind]
  const all = signature(kind, parameter(name, input, scope), answerType(kind, call, scope))
  if (!variants) return [all]
  const own = variants.groups.map(group => {
    const type = groupType(group, variants.key, scope)
    return signature(kind, `${name}: ${type}`, answerType(kind, group, scope))
  })
  return [...own, all]
}

const VALUE_NAMES = { request: 'request', subscribe: 'subscription' } as const

// A handler without a parameter takes no value.
function parameter(name: string, model: TypeModel, scope: DeclarationScope): string {
  return model.kind === 'undefined' ? `${name}?: undefined` : `${name}: ${valueType(model, scope)}`
}

function signature(kind: CallKind, value: string, answer: string): string {
  const options = kind === 'request' ? 'RequestOptions' : 'SubscribeOptions'
  return `${kind}(${value}, options?: ${options}): ${answer}`
}

function answerType(kind: CallKind, { result, returns }: AnswerModel, scope: DeclarationScope): string {
  const type = (model: TypeModel | undefined) => (model ? modelToType(model, scope) : 'void')
  if (kind === 'request') return `Promise<${type(result)}>`
  return `RpcStream<${type(result)}${returns ? `, ${type(returns)}` : ''}>`
}

function groupType({ inputs }: VariantGroup, key: string, scope: DeclarationScope): string {
  const types = inputs.map(({ model, only }) => {
    const type = modelToType(model, scope)
    return only ? `${type} & { ${objectKey(key, singleQuoted)}: ${literals(only)} }` : type
  })
  return types.join(' | ')
}

function literals(values: readonly LiteralValue[]): string {
  return values.map(it => (typeof it === 'string' ? singleQuoted(it) : String(it))).join(' | ')
}

// `{}` would accept anything.
function valueType(model: TypeModel, scope: DeclarationScope): string {
  const text = modelToType(model, scope)
  return text === '{}' ? 'Record<string, never>' : text
}

// The table of calls

export function socketEntry(socket: SocketModel, shared: ClientScope, imported: Set<string>): string {
  const { name, path, framing, message, request, subscribe, rows } = socket
  const hasRows = rows !== undefined
  const method = (helper: string, codec: readonly string[]) => {
    imported.add(helper)
    if (codec.some(entry => /^(?:variants|unpack)/.test(entry))) {
      imported.add('chooseAnswer')
      return `[${helper}, ${objectText([...codec, 'choose: chooseAnswer'])}]`
    }
    return codec.length > 0 ? `[${helper}, ${objectText(codec)}]` : `[${helper}]`
  }
  const methods = [
    ...(message
      ? [`notify: ${method('socketNotify', encodeEntries(message, `${name}Message`, shared))}`]
      : []),
    ...(request
      ? [
          `request: ${method('socketRequest', callEntries(request, `${name}Request`, false, hasRows, shared))}`,
        ]
      : []),
    ...(subscribe
      ? [
          `subscribe: ${method('socketSubscribe', callEntries(subscribe, `${name}Subscribe`, true, hasRows, shared))}`,
        ]
      : []),
  ]
  return routeTuple('socket', path, [
    ...(framing ? [`framing: ${singleQuoted(framing)}`] : []),
    ...(hasRows ? [`rows: ${singleQuoted(rows)}`] : []),
    ...(methods.length > 0 ? [`methods: ${objectText(methods)}`] : []),
  ])
}

function callEntries(
  call: CallModel,
  hint: string,
  isStream: boolean,
  hasRows: boolean,
  shared: ClientScope,
): string[] {
  const { other, variants } = variantsToAnswers(call)
  const entries = [
    ...encodeEntries(call.input, hint, shared),
    ...answerEntries(other, isStream, hasRows, hint, shared),
  ]
  if (!variants) return entries
  const answers = variantEntries(variants, hint, isStream, hasRows, shared)
  const isPlain =
    entries.every(entry => entry.startsWith('encode')) && answers.every(({ text }) => text === '{}')
  if (isPlain) return entries
  const texts = answers.map(({ value, text }) => `${objectKey(String(value), singleQuoted)}: ${text}`)
  return [...entries, `variants: { key: ${singleQuoted(variants.key)}, answers: ${objectText(texts)} }`]
}

function answerEntries(
  answer: AnswerModel,
  isStream: boolean,
  hasRows: boolean,
  hint: string,
  shared: ClientScope,
): string[] {
  const unpack = hasRows ? unpackAnswer(answer, { ...shared, hint, domain: 'json' }) : []
  return [...decodeEntries(answer, isStream, hint, shared), ...unpack]
}

function variantEntries(
  { groups }: VariantsModel,
  hint: string,
  isStream: boolean,
  hasRows: boolean,
  shared: ClientScope,
) {
  return groups.flatMap(group => {
    const text = objectText(answerEntries(group, isStream, hasRows, `${hint}${group.values[0]}`, shared))
    return group.values.map(value => ({ value, text }))
  })
}
