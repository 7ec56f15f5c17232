// A route's number in → its source text in each system: its handler, and what checks its argument and its result.
import { INPUT, inputOf, type Notation, OUTPUT, outputOf, type Shape, write } from './shapes.ts'

export interface Source {
  readonly name: string
  /** Packages whose versions the results name. */
  readonly packages: readonly string[]
  /** Plugins of the tsconfig entry that its files are compiled with. */
  readonly plugins: readonly object[]
  /** There is a server for them. */
  readonly isServable?: boolean
  /** The first lines of a file of ten routes. */
  readonly head: string
  /** One route. Exports `handler<n>`, or the route itself; a checked handler is a function of `unknown`. */
  route(n: number): string
  /** Calls a route with a valid value, as a statement of the entry file. None: an imported module is all there is. */
  call(n: number): string
}

const types: Notation = {
  primitive: name => name,
  array: item => `${item}[]`,
  object: members => `{ ${members.map(([name, text]) => `${name}: ${text}`).join('; ')} }`,
  oneOf: texts => `(${texts.map(text => `'${text}'`).join(' | ')})`,
}

/** zod and TypeBox differ in names alone. */
function builder(library: string, capital: boolean, oneOf: Notation['oneOf']): Notation {
  const nameOf = (name: string) => (capital ? name[0]!.toUpperCase() + name.slice(1) : name)
  return {
    primitive: name => `${library}.${nameOf(name)}()`,
    array: item => `${library}.${nameOf('array')}(${item})`,
    object: members =>
      `${library}.${nameOf('object')}({ ${members.map(([name, text]) => `${name}: ${text}`).join(', ')} })`,
    oneOf,
  }
}

const zod = builder('z', false, texts => `z.enum(${JSON.stringify(texts)})`)
const typebox = builder(
  'Type',
  true,
  texts => `Type.Union([${texts.map(text => `Type.Literal('${text}')`).join(', ')}])`,
)

const jsonSchema: Notation = {
  primitive: name => `{ type: '${name}' }`,
  array: item => `{ type: 'array', items: ${item} }`,
  object: members =>
    `{ type: 'object', required: ${JSON.stringify(members.map(([name]) => name))}, properties: { ${members.map(([name, text]) => `${name}: ${text}`).join(', ')} } }`,
  oneOf: texts => `{ enum: ${JSON.stringify(texts)} }`,
}

const typed = (shape: Shape, n: number) => write(shape, types, n)
const handlerOf = (n: number) =>
  `const handle${n} = (args: ${typed(INPUT, n)}): ${typed(OUTPUT, n)} => { if (args.id${n} < 0) throw new Error('negative'); return ${outputOf(n)} }`
const called = (n: number) => `routes.handler${n}(${inputOf(n)})`

/** A handler between two checks, each an expression that gives a function. */
function checked(n: number, input: string, output: string): string {
  return `${handlerOf(n)}
const input${n} = ${input}
const output${n} = ${output}
export const handler${n} = (args: unknown): unknown => output${n}(handle${n}(input${n}(args) as never))
`
}

const throwing =
  'const ensured = (check: (value: unknown) => boolean) => (value: unknown) => { if (!check(value)) throw new TypeError("refused"); return value }'

export const SOURCES: readonly Source[] = [
  {
    name: 'raw',
    packages: [],
    plugins: [],
    head: '',
    route: n => `${handlerOf(n)}\nexport const handler${n} = handle${n}\n`,
    call: called,
  },
  {
    name: 'alien-rpc',
    packages: [],
    isServable: true,
    plugins: [
      { transform: '@alien-rpc/transformer', transformProgram: true, client: 'src/generated/client.ts' },
    ],
    head: `import { route } from '@alien-rpc/service'\n`,
    route: n => `${handlerOf(n)}\nexport const route${n} = route.post('/r${n}', handle${n})\n`,
    call: n =>
      `{ const { compiled, handler } = routes.route${n} as never as Served; const result = handler(compiled.args.read(${inputOf(n)})); if (!compiled.result.check(result)) throw new TypeError('refused') }`,
  },
  {
    name: 'typia',
    packages: ['typia'],
    plugins: [{ transform: 'typia/lib/transform' }],
    head: `import typia from 'typia'\n`,
    route: n =>
      checked(n, `typia.createAssert<${typed(INPUT, n)}>()`, `typia.createAssert<${typed(OUTPUT, n)}>()`),
    call: called,
  },
  {
    name: 'zod',
    packages: ['zod'],
    plugins: [],
    head: `import { z } from 'zod'\nconst parser = (schema: z.ZodType) => (value: unknown) => schema.parse(value)\n`,
    route: n => checked(n, `parser(${write(INPUT, zod, n)})`, `parser(${write(OUTPUT, zod, n)})`),
    call: called,
  },
  {
    name: 'typebox',
    packages: ['typebox'],
    plugins: [],
    head: `import { Type } from 'typebox'\nimport { Compile } from 'typebox/compile'\n${throwing}\nconst compiled = (schema: Type.TSchema) => { const validator = Compile(schema); return ensured(value => validator.Check(value)) }\n`,
    route: n => checked(n, `compiled(${write(INPUT, typebox, n)})`, `compiled(${write(OUTPUT, typebox, n)})`),
    call: called,
  },
  {
    name: 'ajv',
    packages: ['ajv'],
    plugins: [],
    head: `import { Ajv } from 'ajv'\n${throwing}\nconst ajv = new Ajv()\n`,
    route: n =>
      checked(
        n,
        `ensured(ajv.compile(${write(INPUT, jsonSchema, n)}))`,
        `ensured(ajv.compile(${write(OUTPUT, jsonSchema, n)}))`,
      ),
    call: called,
  },
]
