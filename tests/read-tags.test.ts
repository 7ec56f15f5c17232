// Type tags in → constraints of the model, or findings on tags that make no sense, out.
import { expect } from 'chai'
import type { ObjectModel, TypeModel } from '../transformer/src/model/type-model.ts'
import { onlyRoute, programFactory, type VirtualProgram } from './support/virtual-program.ts'

const programOf = programFactory()

function compile(type: string, declarations = ''): VirtualProgram {
  const program = programOf(`import { route, t } from '@alien-rpc/service'
    ${declarations}
    export const r = route.post('/r', (args: { x: ${type} }) => {})`)
  expect(program.typeErrors()).to.deep.equal([])
  return program
}

function modelOf(type: string, declarations = ''): TypeModel {
  return (onlyRoute(compile(type, declarations)).args!.model as ObjectModel).properties[0]!.model
}

/** The rule and message of the only finding on a type. */
function findingOf(type: string, declarations = ''): [rule: string, message: string] {
  const { findings, routes } = compile(type, declarations).analysis
  expect(findings, type).to.have.length(1)
  expect(routes, type).to.deep.equal([])
  return [findings[0]!.rule, findings[0]!.message]
}

const constrained = (kind: string, ...constraints: object[]) => ({ kind, constraints })
const email = { tag: 'format', value: 'email' }

describe('type tags', () => {
  const cases: Record<string, object> = {
    'string & t.MinLength<1> & t.MaxLength<20>': constrained(
      'string',
      { tag: 'minLength', value: 1 },
      { tag: 'maxLength', value: 20 },
    ),
    "string & t.Pattern<'^[a-z]+$'>": constrained('string', { tag: 'pattern', value: '^[a-z]+$' }),
    "string & t.Format<'email'>": constrained('string', email),
    "string & t.Format<'one of my own'>": constrained('string', { tag: 'format', value: 'one of my own' }),
    'number & t.Minimum<-0.5> & t.Maximum<0.5> & t.MultipleOf<0.01>': constrained(
      'number',
      { tag: 'minimum', value: -0.5 },
      { tag: 'maximum', value: 0.5 },
      { tag: 'multipleOf', value: 0.01 },
    ),
    'number & t.ExclusiveMinimum<0> & t.ExclusiveMaximum<1>': constrained(
      'number',
      { tag: 'exclusiveMinimum', value: 0 },
      { tag: 'exclusiveMaximum', value: 1 },
    ),
    'string & t.MinLength<0>': constrained('string', { tag: 'minLength', value: 0 }),
    'Lowercase<string> & t.MinLength<2>': constrained(
      'string',
      { tag: 'pattern', value: '^\\P{Changes_When_Lowercased}*$' },
      { tag: 'minLength', value: 2 },
    ),
    'number & t.Integer': constrained('number', { tag: 'multipleOf', value: 1 }),
    'bigint & t.Minimum<-10n> & t.MultipleOf<2n>': constrained(
      'bigint',
      { tag: 'minimum', value: '-10' },
      { tag: 'multipleOf', value: '2' },
    ),
    'string[] & t.MinItems<1> & t.MaxItems<3> & t.UniqueItems': {
      ...{ kind: 'array', item: { kind: 'string' }, readonly: false },
      constraints: [{ tag: 'minItems', value: 1 }, { tag: 'maxItems', value: 3 }, { tag: 'uniqueItems' }],
    },
    'ReadonlySet<string> & t.MinItems<1>': {
      ...{ kind: 'set', item: { kind: 'string' }, readonly: true },
      constraints: [{ tag: 'minItems', value: 1 }],
    },
    "string & t.Format<'email'> & { readonly __brand: 'Email' }": constrained('string', email),
    "(string & t.Format<'email'>) | null": {
      kind: 'union',
      members: [constrained('string', email), { kind: 'null' }],
    },
  }
  for (const [type, model] of Object.entries(cases)) {
    it(`become constraints: ${type}`, () => expect(modelOf(type)).to.deep.equal(model))
  }

  it('come in one order, however they are written', () => {
    expect(modelOf("t.Format<'email'> & t.MaxLength<9> & string & t.MinLength<1>")).to.deep.equal(
      modelOf("string & t.MinLength<1> & t.MaxLength<9> & t.Format<'email'>"),
    )
  })

  it('are read whatever the compiler makes of optional properties', () => {
    for (const options of [{ exactOptionalPropertyTypes: true }, { strictNullChecks: false }]) {
      const program = programOf(
        `import { route, t } from '@alien-rpc/service'
        export const r = route.post('/r', (args: { x: string & t.MinLength<1> }) => {})`,
        options,
      )
      const { properties } = onlyRoute(program).args!.model as ObjectModel
      expect(properties[0]!.model).to.deep.equal(constrained('string', { tag: 'minLength', value: 1 }))
    }
  })

  it('take their values from generics, where those are resolved', () => {
    const between = 'type Between<A extends number, B extends number> = number & t.Minimum<A> & t.Maximum<B>'
    expect(compile('Between<1, 5>', between).analysis.types.get('BetweenOf1And5')!.model).to.deep.equal(
      constrained('number', { tag: 'minimum', value: 1 }, { tag: 'maximum', value: 5 }),
    )
  })

  it('leave what an array holds to be read, recursive or not', () => {
    const declarations = 'type Tree = Tree[]; interface User { at: Date }'
    expect(modelOf('User[] & t.MinItems<1>', declarations)).to.deep.include({
      item: { kind: 'ref', id: 'User' },
    })
    expect(modelOf('Tree & t.MinItems<1>', declarations)).to.deep.include({
      kind: 'array',
      item: { kind: 'ref', id: 'Tree' },
    })
    expect(findingOf('(() => void)[] & t.MinItems<1>')[1]).to.equal('args.x[]: () => void is a function')
  })

  it('have no name of their own in the client', () => {
    expect([...compile('number & t.Integer').analysis.types.keys()]).to.deep.equal([])
    const named = compile('Email', "type Email = string & t.Format<'email'>")
    expect([...named.analysis.types.keys()]).to.deep.equal(['Email'])
  })

  it('stand in path and query too', () => {
    const program = programOf(`import { route, t } from '@alien-rpc/service'
      export const r = route.get('/r/:id', (args: { id: number & t.Minimum<1>; q?: (string & t.MinLength<2>)[] }) => {})`)
    expect(onlyRoute(program).args!.text).to.deep.equal({ id: 'number', q: ['array', 'string'] })
  })
})

describe('type tags on the wrong type', () => {
  const wrong: Record<string, string> = {
    'number & t.MinLength<1>': 't.MinLength narrows a string, but stands on number',
    'string & t.Minimum<1>': 't.Minimum narrows a number or bigint, but stands on string',
    'string & t.MinItems<1>': 't.MinItems narrows an array or Set, but stands on string',
    'string[] & t.MaxLength<1>': 't.MaxLength narrows a string, but stands on string[]',
    '[string] & t.UniqueItems': 't.UniqueItems narrows an array or Set, but stands on [string]',
    'Date & t.Minimum<1>': 't.Minimum narrows a number or bigint, but stands on Date',
    "'a' & t.MinLength<1>": 't.MinLength narrows a string, but stands on "a"',
    '`a${string}` & t.MinLength<1>': 't.MinLength narrows a string, but stands on `a',
    'Map<1, 1> & t.MinItems<1>': 't.MinItems narrows an array or Set, but stands on Map<1, 1>',
    't.MinLength<1>': 't.MinLength narrows a string, and there is none here: write string & t.MinLength',
    '{ a: string } & t.Minimum<1>': 't.Minimum narrows a number or bigint, and there is none here',
  }
  for (const [type, message] of Object.entries(wrong)) {
    it(`are found: ${type}`, () => {
      const [rule, text] = findingOf(type)
      expect(rule).to.equal('tag-base')
      expect(text).to.contain(`args.x: ${message}`)
    })
  }

  it('are all named in one message', () => {
    expect(
      findingOf('{ a: number & t.MinLength<1> & t.MaxLength<2>; b: (string & t.MaxItems<1>)[] }'),
    ).to.deep.equal([
      'tag-base',
      [
        'args.x.a: t.MinLength narrows a string, but stands on number',
        'args.x.a: t.MaxLength narrows a string, but stands on number',
        'args.x.b[]: t.MaxItems narrows an array or Set, but stands on string',
      ].join('; '),
    ])
  })

  it('are found on keys, which are not checked', () => {
    const [rule, message] = findingOf('Record<string & t.MinLength<1>, 1>')
    expect(rule).to.equal('not-serializable')
    expect(message).to.contain('keys of type string & MinLength<1> are not supported on the wire; use string')
  })

  it('are found where a union brings them there', () => {
    expect(findingOf('(string | number) & t.MinLength<1>')[1]).to.equal(
      'args.x: t.MinLength narrows a string, but stands on number',
    )
  })

  it('are found in results', () => {
    const program = programOf(`import { route, t } from '@alien-rpc/service'
      export const r = route.get('/r', (): { age: number & t.MinLength<1> } => ({ age: 1 }))`)
    expect(program.analysis.findings.map(it => it.message)).to.deep.equal([
      'result.age: t.MinLength narrows a string, but stands on number',
    ])
  })
})

describe('values of type tags', () => {
  const wrong: Record<string, string> = {
    'string & t.MinLength<number>': 't.MinLength needs one literal, but has number',
    'string & t.MinLength<1 | 2>': 't.MinLength needs one literal, but has 1 | 2',
    'string & t.MinLength<-1>': 't.MinLength counts, so it needs a whole number of at least 0, but has -1',
    'string[] & t.MaxItems<1.5>': 't.MaxItems counts, so it needs a whole number of at least 0, but has 1.5',
    "string & t.Pattern<'['>": 't.Pattern is no regular expression with the flag "u"',
    "string & t.Pattern<'(?<a>)(?<a>)'>": 't.Pattern is no regular expression',
    'string & t.Pattern<string>': 't.Pattern needs one literal, but has string',
    "string & t.Format<''>": 't.Format needs the name of a format',
    'number & t.MultipleOf<0>': 't.MultipleOf needs more than 0, but has 0',
    'number & t.Minimum<1n>': 't.Minimum stands on a number, so it needs a number but has 1n',
    'bigint & t.Minimum<1>': 't.Minimum stands on a bigint, so it needs a bigint, like 1n, but has 1',
    'number & t.Minimum<5> & t.Maximum<1>': 't.Minimum<5> and t.Maximum<1> leave no value',
    'number & t.ExclusiveMinimum<1> & t.Maximum<1>': 't.ExclusiveMinimum<1> and t.Maximum<1> leave no value',
    'number & t.Minimum<1> & t.ExclusiveMaximum<1>': 't.Minimum<1> and t.ExclusiveMaximum<1> leave no value',
    'bigint & t.Minimum<2n> & t.Maximum<1n>': 't.Minimum<2n> and t.Maximum<1n> leave no value',
    'number & t.Minimum<1> & t.Maximum<4> & t.MultipleOf<5>':
      't.Minimum<1>, t.Maximum<4> and t.MultipleOf<5> leave no value',
    'bigint & t.ExclusiveMinimum<-4n> & t.ExclusiveMaximum<0n> & t.MultipleOf<4n>': 'leave no value',
    'string & t.MinLength<5> & t.MaxLength<3>': 't.MinLength<5> and t.MaxLength<3> leave no value',
    'string[] & t.MinItems<2> & t.MaxItems<1>': 't.MinItems<2> and t.MaxItems<1> leave no value',
    'string & t.MinLength<1> & t.MinLength<2>':
      't.MinLength<1> and t.MinLength<2> are two values of one tag: keep one of them',
    "string & t.Pattern<'a'> & t.Pattern<'b'>": 'two values of one tag',
  }
  for (const [type, message] of Object.entries(wrong)) {
    it(`are found when wrong: ${type}`, () => {
      const [rule, text] = findingOf(type)
      expect(rule).to.equal('tag-value')
      expect(text).to.contain(`args.x: `)
      expect(text).to.contain(message)
    })
  }

  const right = [
    'number & t.Minimum<1> & t.Maximum<1>',
    'number & t.ExclusiveMinimum<0> & t.ExclusiveMaximum<0.1>',
    'number & t.Minimum<0.1> & t.Maximum<0.3> & t.MultipleOf<0.2>',
    'bigint & t.ExclusiveMinimum<-5n> & t.ExclusiveMaximum<0n> & t.MultipleOf<4n>',
    'number & t.Minimum<-3> & t.Maximum<0> & t.MultipleOf<5>',
    'string & t.MinLength<3> & t.MaxLength<3>',
    'string & t.MinLength<1> & t.MinLength<1>',
  ]
  for (const type of right) {
    it(`may be satisfied: ${type}`, () => expect(compile(type).analysis.findings).to.deep.equal([]))
  }
})
