// The parts of a client and the name of its package in → the README that lists every call out.
import type { AnyRouteModel } from '../model/route-model.ts'
import { isIdentifier, member, objectKey, singleQuoted } from './code.ts'
import { namedTypeToDeclaration } from './model-to-declaration.ts'
import { modelToSample } from './model-to-sample.ts'
import { type ClientParts, placeOf } from './routes-to-client-module.ts'

/** `constants`: what each route is exported as. */
export function partsToReadme(parts: ClientParts, constants: readonly string[], name: string): string {
  const { routes, named, scope, sockets, signatures } = parts
  const calls = routes.map((route, index) => callText(route, signatures[index]!))
  const types = [...named.map(type => namedTypeToDeclaration(type, scope)), ...sockets]
  return [
    `# ${name}\n\nA typed client. No dependencies; for browsers, Node, Bun and Deno.\n`,
    `\n## Use\n\n${code(usage(parts, name))}`,
    ...(sockets.length > 0
      ? ['\nNode 20 has no WebSocket of its own: there, sockets need the package `ws` beside this one.\n']
      : []),
    `\nA failed call throws an \`RpcError\` whose \`code\` says why. Leaving a loop over a stream ends it on the server.\n`,
    ...onlySome(parts, constants, name),
    `\n## Calls\n`,
    ...calls.map(text => `\n${text}`),
    ...(types.length > 0 ? [`\n## Types\n\n${code(types.join('\n'))}`] : []),
  ].join('')
}

function callText(route: AnyRouteModel, signature: string): string {
  const doc = route.doc?.trim()
  return `### ${route.name}\n\n\`${placeOf(route)}\`\n\n${doc ? `${doc}\n\n` : ''}${code(`${signature}\n`)}`
}

/** Of each kind of call, the first there is. */
function usage({ routes, scope }: ClientParts, name: string): string {
  const first = (output: AnyRouteModel['output']) => routes.find(route => route.output === output)
  const [value, stream, socket] = [first('value'), first('stream'), first('socket')]
  const argsOf = (route: AnyRouteModel) => {
    if (route.output !== 'socket') return route.args ? modelToSample(route.args.model, scope.types) : ''
    const params = route.params.map(param => `${objectKey(param, singleQuoted)}: 'text'`)
    return params.length === 0 ? '' : `{ ${params.join(', ')} }`
  }
  const call = (route: AnyRouteModel) => `client${member(route.name)}(${argsOf(route)})`
  return [
    `import { createClient } from ${singleQuoted(name)}\n`,
    "const client = createClient({ prefixUrl: 'https://api.example.com' })\n",
    ...(value ? [`const result = await ${call(value)}`] : []),
    ...(stream ? [`for await (const item of ${call(stream)}) console.log(item)`] : []),
    ...(socket ? [`const socket = await ${call(socket)}`] : []),
    '',
  ].join('\n')
}

function onlySome({ routes }: ClientParts, constants: readonly string[], name: string): string[] {
  if (routes.length < 2) return []
  const picked = routes.slice(0, 2).map((route, index) => ({ name: route.name, constant: constants[index]! }))
  const entries = picked.map(({ name, constant }) =>
    name === constant && isIdentifier(name) ? name : `${objectKey(name, singleQuoted)}: ${constant}`,
  )
  const text = [
    `import { createClientWith, ${picked.map(({ constant }) => constant).join(', ')} } from ${singleQuoted(name)}\n`,
    `const client = createClientWith({ prefixUrl: 'https://api.example.com' }, { ${entries.join(', ')} })`,
    '',
  ].join('\n')
  return [`\nA page that needs only a few calls is smaller with just those:\n\n${code(text)}`]
}

function code(text: string): string {
  return `\`\`\`ts\n${text}\`\`\`\n`
}
