// The types of the cases in → typia's operations, compiled by its own transform (peers/tsconfig.json), out.
import typia, { type IValidation } from 'typia'
import type { Flat, Order, Public, Tree } from '../shapes.ts'
import { type Operations, REFUSED, type System } from '../system.ts'
import { versionOf } from './version.ts'

interface Functions {
  check: (value: unknown) => boolean
  validate: (value: unknown) => IValidation<unknown>
  clone: (value: unknown) => unknown
  stringify: (value: never) => string
  isStringify: (value: never) => string | null
}

function operations({ check, validate, clone, stringify, isStringify }: Functions): Operations {
  return {
    check,
    explain: value => {
      const result = validate(value)
      return result.success ? [] : result.errors
    },
    decode: value => clone(value) ?? REFUSED,
    encode: value => stringify(value as never),
    checkAndEncode: value => isStringify(value as never) ?? '',
  }
}

const isEqual = typia.createEquals<Public>()

export const system: System = {
  name: 'typia',
  version: versionOf('typia'),
  cases: {
    flat: operations({
      check: typia.createIs<Flat>(),
      validate: typia.createValidate<Flat>(),
      clone: typia.misc.createIsClone<Flat>(),
      stringify: typia.json.createStringify<Flat>(),
      isStringify: typia.json.createIsStringify<Flat>(),
    }),
    order: operations({
      check: typia.createIs<Order>(),
      validate: typia.createValidate<Order>(),
      clone: typia.misc.createIsClone<Order>(),
      stringify: typia.json.createStringify<Order>(),
      isStringify: typia.json.createIsStringify<Order>(),
    }),
    tree: operations({
      check: typia.createIs<Tree>(),
      validate: typia.createValidate<Tree>(),
      clone: typia.misc.createIsClone<Tree>(),
      stringify: typia.json.createStringify<Tree>(),
      isStringify: typia.json.createIsStringify<Tree>(),
    }),
    numbers: operations({
      check: typia.createIs<number[]>(),
      validate: typia.createValidate<number[]>(),
      clone: typia.misc.createIsClone<number[]>(),
      stringify: typia.json.createStringify<number[]>(),
      isStringify: typia.json.createIsStringify<number[]>(),
    }),
    strings: operations({
      check: typia.createIs<string[]>(),
      validate: typia.createValidate<string[]>(),
      clone: typia.misc.createIsClone<string[]>(),
      stringify: typia.json.createStringify<string[]>(),
      isStringify: typia.json.createIsStringify<string[]>(),
    }),
    public: {
      ...operations({
        check: typia.createIs<Public>(),
        validate: typia.createValidate<Public>(),
        clone: typia.misc.createIsClone<Public>(),
        stringify: typia.json.createStringify<Public>(),
        isStringify: typia.json.createIsStringify<Public>(),
      }),
      checkStrict: isEqual,
      // As in the public benchmark: the value itself, nothing being left to strip.
      decodeStrict: value => (isEqual(value) ? value : REFUSED),
    },
  },
}
