// Routes that answer with the arguments they got, one for each way in which arguments arrive.
import type { CompiledArgs } from '../../runtime/src/compiled-route.ts'
import type { Route } from '../../runtime/src/route-types.ts'
import { declare, idFromPath, isObject, nameAndCount, reader } from './compiled-routes.ts'

const tags: CompiledArgs = {
  source: 'query',
  text: { tags: ['array', 'string'], day: 'date', on: 'boolean', size: ['literals', 'S', 1] },
  read: reader(
    value => isObject(value) && Array.isArray(value.tags),
    (value: object) => ({ ...value }),
  ),
  table: () => ['object', { tags: ['array', 'string'] }],
}
const numbers: CompiledArgs = {
  source: 'whole',
  text: {},
  read: reader(
    value => Array.isArray(value) && value.every(Number.isFinite),
    value => value,
  ),
  table: () => ['array', 'number'],
}
const noProperties: CompiledArgs = {
  source: 'body',
  text: {},
  read: reader(
    value => isObject(value),
    () => ({}),
  ),
  table: () => ['object', {}],
}
const idAndName: CompiledArgs = {
  source: 'body',
  text: { id: 'number' },
  read: reader(
    value => isObject(value) && Number.isFinite(value.id) && typeof value.name === 'string',
    ({ id, name }: { id: number; name: string }) => ({ id, name }),
  ),
  table: () => ['object', { id: 'number', name: 'string' }],
}

export const TIGHT_LIMITS = {
  maxQueryParameters: 5,
  maxUrlLength: 200,
  maxBodyBytes: 10_000,
  maxBodyDepth: 5,
  maxIssues: 3,
}

/** `see` is told of every argument that reaches a handler. */
export function argumentRoutes(see: (args: unknown) => unknown): Route[] {
  return [
    declare('get', '/query', see, { args: nameAndCount('query') }),
    declare('post', '/body', see, { args: nameAndCount('body') }),
    declare('get', '/items/:id', see, { args: idFromPath }),
    declare('get', '/files/*id', see, { args: idFromPath }),
    declare('get', '/tags', see, { args: tags }),
    declare('post', '/numbers', see, { args: numbers }),
    declare('post', '/empty', see, { args: noProperties }),
    declare('put', '/items/:id', see, { args: idAndName }),
    declare('post', '/none', see, {}),
    declare('get', '/named/constructor/:toString', see, {
      args: {
        ...idFromPath,
        text: { toString: 'string' as const },
        read: (v: unknown) => ({ ...(v as object) }),
      },
    }),
  ]
}
