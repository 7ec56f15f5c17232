// A few routes in → generated code as people read it, compared with fixtures/golden. UPDATE_GOLDEN=1 writes the files anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import ts from 'typescript'
import { routesToClientModule } from '../transformer/src/emit/routes-to-client-module.ts'
import { routesToServerCode } from '../transformer/src/emit/routes-to-server-code.ts'
import * as m from './support/type-models.ts'

const TYPES = m.graph({
  User: {
    name: 'User',
    doc: 'Someone with an account.',
    model: m.object({ id: m.string, joined: m.date, 'nick?': m.string, friends: m.array(m.ref('User')) }),
  },
  Role: {
    name: 'Role',
    model: m.union(m.literal('admin'), m.literal('guest')),
    enumMembers: [
      { name: 'Admin', value: 'admin' },
      { name: 'Guest', value: 'guest' },
    ],
  },
  Shape: m.union(
    m.object({ kind: m.literal('circle'), radius: m.number }),
    m.object({ kind: m.literal('path'), points: m.array(m.tuple([m.number, m.number])) }),
  ),
})

const JOIN = m.object({ type: m.literal('join') })
const LEAVE = m.object({ type: m.literal('leave') })
const MODERATE = m.object({ type: m.union(m.literal('ban'), m.literal('kick')), user: m.string })

const ROUTES = [
  m.route('getUser', {
    method: 'GET',
    path: '/users/:id',
    doc: 'Finds a user.',
    args: {
      source: 'query',
      text: { id: 'string', role: ['literals', 'admin', 'guest'] },
      model: m.object({ id: m.string, 'role?': m.ref('Role') }),
    },
    result: m.union(m.ref('User'), m.nothing),
  }),
  m.route('draw', {
    args: {
      source: 'body',
      text: {},
      model: m.object({ shapes: m.array(m.ref('Shape')), 'tags?': m.object({}, m.string) }),
    },
  }),
  m.route('ticks', {
    method: 'GET',
    path: '/ticks',
    output: 'stream',
    result: m.object({ count: m.number, at: m.date }),
    returns: m.object({ total: m.number }),
  }),
  m.route('transfer', {
    doc: 'Has what JSON has no form for, tags, and no room for more.',
    args: {
      source: 'body',
      text: {},
      strict: true,
      model: m.object({
        amount: m.bigintWith({ tag: 'exclusiveMinimum', value: '0' }),
        reference: m.stringWith(
          { tag: 'minLength', value: 1 },
          { tag: 'maxLength', value: 35 },
          { tag: 'pattern', value: '^[A-Z/]+$' },
        ),
        account: m.template('acc-', 'number', ''),
        'notify?': m.stringWith({ tag: 'format', value: 'email' }),
        files: m.map(m.string, m.bytes()),
        share: m.numberWith({ tag: 'minimum', value: 0 }, { tag: 'multipleOf', value: 0.01 }),
        steps: m.arrayWith(m.numberWith({ tag: 'multipleOf', value: 1 }), { tag: 'minItems', value: 1 }),
      }),
    },
    result: m.union(m.object({ done: m.set(m.url), left: m.bigint }), m.error),
  }),
  m.socket('chat', {
    path: '/rooms/:room',
    doc: 'Has a variant for each thing that it can be asked, which are answered differently.',
    params: ['room'],
    message: m.object({ text: m.string, 'at?': m.date }),
    request: {
      input: m.union(JOIN, LEAVE, MODERATE),
      result: m.union(m.array(m.ref('User')), m.boolean, m.absent),
      variants: {
        key: 'type',
        groups: [
          { values: ['ban'], inputs: [{ model: MODERATE, only: ['ban'] }], result: m.boolean },
          { values: ['join'], inputs: [{ model: JOIN }], result: m.array(m.ref('User')) },
          { values: ['kick', 'leave'], inputs: [{ model: MODERATE, only: ['kick'] }, { model: LEAVE }] },
        ],
      },
    },
    subscribe: { input: m.object({ 'since?': m.date }), result: m.ref('Shape'), returns: m.number },
  }),
]

function expectGolden(name: string, text: string) {
  const file = new URL(`../fixtures/golden/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  expect(text, 'to accept the difference: UPDATE_GOLDEN=1 npx mocha tests/emit-golden.test.ts').to.equal(
    readFileSync(file, 'utf8'),
  )
}

describe('generated code as people read it', () => {
  it('for the server', () => {
    const { importText, helpers, specs } = routesToServerCode(ROUTES, TYPES)
    const routes = specs.map(({ name, text }) => `\nexport const ${name} = ${text}\n`)
    expectGolden('server.js', `${importText}\n${helpers}${routes.join('')}`)
  })

  it('uses no syntax later than ES2020, so that a compiler may print it as it is', () => {
    const { importText, helpers, specs } = routesToServerCode(ROUTES, TYPES)
    const text = [importText, helpers, ...specs.map(spec => `(${spec.text})`)].join('\n')
    const compile = (target: ts.ScriptTarget) =>
      ts.transpileModule(text, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText
    expect(compile(ts.ScriptTarget.ES2020)).to.equal(compile(ts.ScriptTarget.ESNext))
    expect(compile(ts.ScriptTarget.ES5), 'a target that has something to rewrite').to.not.equal(
      compile(ts.ScriptTarget.ESNext),
    )
  })

  it('for the client', () => {
    expectGolden('client.ts', routesToClientModule(ROUTES, TYPES))
  })
})
