// The cases as TypeBox types in → the operations of its compiler out.
import Type, { type TProperties, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CaseName } from '../shapes.ts'
import { type Operations, REFUSED, type System } from '../system.ts'
import { versionOf } from './version.ts'

function schemas(additionalProperties: boolean): Record<CaseName, TSchema> {
  const string = Type.String()
  const number = Type.Number()
  const object = <P extends TProperties>(properties: P) =>
    additionalProperties ? Type.Object(properties) : Type.Object(properties, { additionalProperties: false })
  const address = object({ street: string, city: string, zip: string, country: string })
  const line = Type.Union([
    object({
      kind: Type.Literal('product'),
      sku: string,
      name: string,
      quantity: number,
      price: number,
      options: Type.Array(string),
    }),
    object({ kind: Type.Literal('service'), description: string, hours: number, rate: number }),
    object({ kind: Type.Literal('discount'), code: string, percent: number }),
  ])
  const payment = Type.Union([
    object({
      method: Type.Literal('card'),
      network: Type.Union([Type.Literal('visa'), Type.Literal('mastercard')]),
      last4: string,
    }),
    object({ method: Type.Literal('transfer'), iban: string }),
    object({ method: Type.Literal('cash') }),
  ])
  return {
    flat: object({
      id: number,
      name: string,
      email: string,
      age: number,
      active: Type.Boolean(),
      score: number,
      city: string,
      joined: string,
    }),
    order: object({
      id: string,
      customer: object({ id: number, name: string, email: string, address }),
      lines: Type.Array(line),
      payment,
      total: number,
      note: Type.Union([string, Type.Null()]),
      coupon: Type.Optional(string),
    }),
    tree: Type.Cyclic(
      { Tree: object({ value: string, weight: number, children: Type.Array(Type.Ref('Tree')) }) },
      'Tree',
    ),
    numbers: Type.Array(number),
    strings: Type.Array(string),
    public: object({
      number,
      negNumber: number,
      maxNumber: number,
      string,
      longString: string,
      boolean: Type.Boolean(),
      deeplyNested: object({ foo: string, num: number, bool: Type.Boolean() }),
    }),
  }
}

// Clean removes what is not declared from the value that it is given, so that it gets a copy of its own.
function operations(schema: TSchema): Operations {
  const compiled = Compile(schema)
  return {
    check: value => compiled.Check(value),
    explain: value => (compiled.Check(value) ? [] : compiled.Errors(value)),
    decode: value => (compiled.Check(value) ? compiled.Clean(structuredClone(value)) : REFUSED),
  }
}

const loose = schemas(true)
const strictPublic = Compile(schemas(false).public)

export const system: System = {
  name: 'TypeBox',
  version: versionOf('typebox'),
  cases: {
    flat: operations(loose.flat),
    order: operations(loose.order),
    tree: operations(loose.tree),
    numbers: operations(loose.numbers),
    strings: operations(loose.strings),
    public: {
      ...operations(loose.public),
      checkStrict: value => strictPublic.Check(value),
      decodeStrict: value => (strictPublic.Check(value) ? value : REFUSED),
    },
  },
}
