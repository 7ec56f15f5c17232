// Random types as people write them, in TypeScript's own syntax, with values of each. What a type accepts is not said here.
import fc from 'fast-check'
import { LITERALS, leaf, PRIMITIVES, type Scope, SIMPLE, type Term } from './judge-leaves.ts'

export interface Field {
  readonly name: string
  readonly term: Term
  readonly optional: boolean
  readonly readonly: boolean
  /** Written `| undefined`. */
  readonly orUndefined: boolean
}

export interface ObjectTerm extends Term {
  readonly fields: readonly Field[]
}

const MAX_DEPTH = 3

// Composites

const NAMES = ['a', 'b', 'c', 'x-y', 'q?', '$', '__proto__']
const KEYS = ['k', 'l', '__proto__', 'valueOf']

export function object(fields: readonly Field[]): ObjectTerm {
  return {
    fields,
    write(scope) {
      return `{ ${fields.map(field => writeField(field, scope)).join('; ')} }`
    },
    values: depth => fieldValues(fields, depth),
  }
}

function writeField({ name, term, optional, readonly, orUndefined }: Field, scope: Scope): string {
  scope.names.add(name)
  const type = `${term.write(scope)}${orUndefined ? ' | undefined' : ''}`
  return `${readonly ? 'readonly ' : ''}${JSON.stringify(name)}${optional ? '?' : ''}: ${type}`
}

/** Where a value may be left out, it is; `undefined` is only set where nothing else would do. */
function fieldValues(fields: readonly Field[], depth: number): fc.Arbitrary<Record<string, unknown>> {
  const entries = fields.map(({ name, term, optional, orUndefined }) => {
    const values = term.values(depth + 1)
    const all =
      optional || orUndefined
        ? fc.option(values, { nil: undefined, freq: depth > MAX_DEPTH ? 1 : 3 })
        : values
    return all.map((value): [string, unknown, boolean] => [name, value, optional])
  })
  return fc
    .tuple(...entries)
    .map(all => Object.fromEntries(all.filter(([, value, optional]) => !optional || value !== undefined)))
}

function array(item: Term, syntax: 'short' | 'long' | 'readonly'): Term {
  return {
    write(scope) {
      const text = item.write(scope)
      if (syntax === 'short') return `(${text})[]`
      return syntax === 'long' ? `Array<${text}>` : `readonly (${text})[]`
    },
    values: depth =>
      depth > MAX_DEPTH ? fc.constant([]) : fc.array(item.values(depth + 1), { maxLength: 3 }),
  }
}

function tuple(items: readonly Term[], required: number, rest: Term | undefined): Term {
  return {
    write(scope) {
      const fixed = items.map((item, index) => `(${item.write(scope)})${index < required ? '' : '?'}`)
      return `[${[...fixed, ...(rest ? [`...(${rest.write(scope)})[]`] : [])].join(', ')}]`
    },
    values(depth) {
      const more =
        rest && depth <= MAX_DEPTH ? fc.array(rest.values(depth + 1), { maxLength: 2 }) : fc.constant([])
      const fixed = fc.tuple(...items.map(item => item.values(depth + 1)))
      const count = fc.integer({ min: required, max: items.length })
      return fc
        .tuple(fixed, more, count)
        .map(([head, tail, length]) => (length === items.length ? [...head, ...tail] : head.slice(0, length)))
    },
  }
}

/** `[A, ...B[], C]`. */
function spread(first: Term, rest: Term, last: Term): Term {
  return {
    write: scope => `[(${first.write(scope)}), ...(${rest.write(scope)})[], (${last.write(scope)})]`,
    values: depth =>
      fc
        .tuple(...[first.values(depth + 1), array(rest, 'short').values(depth + 1), last.values(depth + 1)])
        .map(([head, middle, tail]) => [head, ...(middle as unknown[]), tail]),
  }
}

function union(members: readonly Term[]): Term {
  return {
    write: scope => members.map(member => `(${member.write(scope)})`).join(' | '),
    // The first member is the shallowest: recursion ends there.
    values: depth =>
      depth > MAX_DEPTH
        ? members[0]!.values(depth)
        : fc.oneof(...members.map(member => member.values(depth))),
  }
}

function recordOf(value: Term, syntax: 'record' | 'index' | 'mapped'): Term {
  return {
    write(scope) {
      const text = value.write(scope)
      if (syntax === 'index') return `{ [key: string]: ${text} }`
      return syntax === 'record' ? `Record<string, ${text}>` : `{ [K in string]: ${text} }`
    },
    values: depth => entriesOf(value, depth),
  }
}

function entriesOf(value: Term, depth: number): fc.Arbitrary<Record<string, unknown>> {
  if (depth > MAX_DEPTH) return fc.constant({})
  const entry = fc.tuple(fc.constantFrom(...KEYS), value.values(depth + 1))
  return fc.array(entry, { maxLength: 2 }).map(entries => Object.fromEntries(entries))
}

/** `{ a: A; [key: string]: A | B }`: every property must fit the index. */
function openObject(fields: readonly Field[], other: Term): Term {
  const required = fields.map(field => ({ ...field, optional: false, orUndefined: false }))
  return {
    write(scope) {
      const index = [...required.map(field => field.term), other].map(term => `(${term.write(scope)})`)
      return `{ ${required.map(field => writeField(field, scope)).join('; ')}; [key: string]: ${index.join(' | ')} }`
    },
    values: depth =>
      fc
        .tuple(entriesOf(other, depth), fieldValues(required, depth))
        .map(([others, own]) => ({ ...others, ...own })),
  }
}

const UTILITIES: Record<
  string,
  { write(text: string, names: readonly string[]): string; change(fields: readonly Field[]): Field[] }
> = {
  Partial: {
    write: text => `Partial<${text}>`,
    change: fields => fields.map(field => ({ ...field, optional: true })),
  },
  Required: {
    write: text => `Required<${text}>`,
    change: fields =>
      fields.map(field => ({ ...field, optional: false, orUndefined: field.orUndefined && !field.optional })),
  },
  Readonly: { write: text => `Readonly<${text}>`, change: fields => [...fields] },
  Pick: {
    write: (text, [first]) => `Pick<${text}, ${JSON.stringify(first)}>`,
    change: fields => fields.slice(0, 1),
  },
  Omit: {
    write: (text, [first]) => `Omit<${text}, ${JSON.stringify(first)}>`,
    change: fields => fields.slice(1),
  },
  mapped: { write: text => `{ -readonly [K in keyof ${text}]: ${text}[K] }`, change: fields => [...fields] },
  conditional: { write: text => `Extract<${text} | "none", object>`, change: fields => [...fields] },
}

function utility(base: ObjectTerm, name: string): Term {
  const { write, change } = UTILITIES[name]!
  return {
    write: scope =>
      write(
        named(base, 'interface').write(scope),
        base.fields.map(field => field.name),
      ),
    values: depth => fieldValues(change(base.fields), depth),
  }
}

/** An object under a name of its own: as an interface, an alias or a class of public data. */
function named(base: ObjectTerm, as: 'interface' | 'alias' | 'class'): Term {
  return {
    write: scope =>
      scope.declare('Named', name => {
        if (as === 'class') return `declare class ${name} ${base.write(scope)}`
        return as === 'alias'
          ? `type ${name} = ${base.write(scope)}`
          : `interface ${name} ${base.write(scope)}`
      }),
    values: base.values,
  }
}

function intersection(one: ObjectTerm, other: ObjectTerm): Term {
  const own = one.fields.map(field => field.name)
  const rest = object(other.fields.filter(field => !own.includes(field.name)))
  return {
    write: scope =>
      rest.fields.length === 0 ? one.write(scope) : `${one.write(scope)} & ${rest.write(scope)}`,
    values: depth => fieldValues([...one.fields, ...rest.fields], depth),
  }
}

/** `{ kind: 'one'; … } | { kind: 'two'; … }`, with one tag or two. */
function tagged(objects: readonly ObjectTerm[], double: boolean): Term {
  const tags = ['"one"', '"two" | "zwei"', '3']
  const values: unknown[][] = [['one'], ['two', 'zwei'], [3]]
  const field = (name: string, index: number): Field => ({
    ...{ name, optional: false, readonly: false, orUndefined: false },
    term: leaf(tags[index]!, fc.constantFrom(...values[index]!)),
  })
  const members = objects.map((it, index) =>
    object(
      double
        ? [field('kind', index % 2), field('type', index < 2 ? 0 : 1), ...it.fields]
        : [field('kind', index), ...it.fields],
    ),
  )
  return union(members)
}

function generic(item: Term, which: 'box' | 'pair' | 'maybe'): Term {
  const box = object([
    { name: 'a', term: item, optional: false, readonly: false, orUndefined: false },
    { name: 'b', term: array(item, 'short'), optional: true, readonly: false, orUndefined: false },
  ])
  const forms = {
    box: { text: (name: string) => `interface ${name}<T> { a: T; b?: T[] }`, values: box.values },
    pair: {
      text: (name: string) => `type ${name}<T> = [T, number]`,
      values: tuple([item, PRIMITIVES[1]!], 2, undefined).values,
    },
    maybe: {
      text: (name: string) => `type ${name}<T> = T | null`,
      values: union([leaf('null', fc.constant(null)), item]).values,
    },
  }
  const { text, values } = forms[which]
  return {
    write(scope) {
      if (which === 'box') for (const name of ['a', 'b']) scope.names.add(name)
      const name = scope.declare('Generic', text, `generic ${which}`)
      return `${name}<${item.write(scope)}>`
    },
    values,
  }
}

function recursive(item: Term, which: 'tree' | 'list' | 'mutual' | 'json' | 'map'): Term {
  const self: Term = { write: () => '', values: depth => form.values(depth + 1) }
  const field = (name: string, term: Term, optional = false): Field => ({
    name,
    term,
    optional,
    readonly: false,
    orUndefined: false,
  })
  const nothing = leaf('null', fc.constant(null))
  const forms = {
    tree: {
      text: (name: string, it: string) => `interface ${name} { a: ${it}; b: ${name}[] }`,
      values: (depth: number) => fieldValues([field('a', item), field('b', array(self, 'short'))], depth),
    },
    list: {
      text: (name: string, it: string) => `type ${name} = { a: ${it}; b: ${name} | null }`,
      values: (depth: number) => fieldValues([field('a', item), field('b', union([nothing, self]))], depth),
    },
    mutual: {
      text: (name: string, it: string) =>
        `interface ${name} { b?: ${name}_ }\nexport interface ${name}_ { a: ${name} | null; c: ${it} }`,
      values: (depth: number) =>
        fieldValues(
          [field('b', object([field('a', union([nothing, self])), field('c', item)]), true)],
          depth,
        ),
    },
    json: {
      text: (name: string) =>
        `type ${name} = string | number | boolean | null | ${name}[] | { [key: string]: ${name} }`,
      values: () => fc.jsonValue({ maxDepth: 2 }).map(value => JSON.parse(JSON.stringify(value))),
    },
    map: {
      text: (name: string, it: string) => `interface ${name} { a: ${it}; b: Map<string, ${name}> }`,
      values: (depth: number) =>
        fieldValues([field('a', item), field('b', mapOf(PRIMITIVES[0]!, self))], depth),
    },
  }
  const form = forms[which]
  return {
    write(scope) {
      for (const name of ['a', 'b', 'c']) scope.names.add(name)
      const text = item.write(scope)
      return scope.declare('Recursive', name => form.text(name, text))
    },
    values: form.values,
  }
}

function mapOf(key: Term, value: Term, readonly = false): Term {
  return {
    write: scope => `${readonly ? 'Readonly' : ''}Map<${key.write(scope)}, ${value.write(scope)}>`,
    values: depth =>
      depth > MAX_DEPTH
        ? fc.constant(new Map())
        : fc
            .array(fc.tuple(key.values(depth + 1), value.values(depth + 1)), { maxLength: 2 })
            .map(entries => new Map(entries)),
  }
}

/** Never a `ReadonlySet`, which a Map is for TypeScript (docs/types.md). */
function setOf(item: Term): Term {
  return {
    write: scope => `Set<${item.write(scope)}>`,
    values: depth =>
      depth > MAX_DEPTH
        ? fc.constant(new Set())
        : fc.array(item.values(depth + 1), { maxLength: 2 }).map(items => new Set(items)),
  }
}

// The mix

export const types: fc.Arbitrary<Term> = fc.letrec<{ any: Term; object: ObjectTerm }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    SIMPLE,
    tie('object'),
    fc
      .tuple(tie('any'), fc.constantFrom('short', 'long', 'readonly'))
      .map(([item, syntax]) => array(item, syntax)),
    fc
      .tuple(
        fc.array(tie('any'), { maxLength: 3 }),
        fc.nat(3),
        fc.option(tie('any'), { nil: undefined, freq: 2 }),
      )
      .map(([items, required, rest]) => tuple(items, Math.min(required, items.length), rest)),
    fc.tuple(tie('any'), SIMPLE, tie('any')).map(([first, rest, last]) => spread(first, rest, last)),
    fc
      .tuple(SIMPLE, fc.array(tie('any'), { minLength: 1, maxLength: 2 }))
      .map(([first, rest]) => union([first, ...rest])),
    fc.tuple(fc.subarray(LITERALS, { minLength: 2, maxLength: 4 })).map(([members]) => union(members)),
    fc
      .tuple(tie('any'), fc.constantFrom('record', 'index', 'mapped'))
      .map(([value, syntax]) => recordOf(value, syntax)),
    fc.tuple(tie('object'), tie('any')).map(([base, other]) => openObject(base.fields, other)),
    fc
      .tuple(tie('object'), fc.constantFrom(...Object.keys(UTILITIES)))
      .map(([base, name]) => utility(base, base.fields.length === 1 && name === 'Omit' ? 'Readonly' : name)),
    fc
      .tuple(tie('object'), fc.constantFrom('interface', 'alias', 'class'))
      .map(([base, as]) => named(base, as)),
    fc.tuple(tie('object'), tie('object')).map(([one, other]) => intersection(one, other)),
    fc.tuple(tie('object'), tie('object')).map(members => union(members)),
    fc
      .tuple(fc.array(tie('object'), { minLength: 2, maxLength: 3 }), fc.boolean())
      .map(([members, double]) => tagged(members, double)),
    fc
      .tuple(tie('any'), fc.constantFrom('box', 'pair', 'maybe'))
      .map(([item, which]) => generic(item, which)),
    fc
      .tuple(SIMPLE, fc.constantFrom('tree', 'list', 'mutual', 'json', 'map'))
      .map(([item, which]) => recursive(item, which)),
    fc.tuple(SIMPLE, tie('any'), fc.boolean()).map(([key, value, readonly]) => mapOf(key, value, readonly)),
    tie('any').map(item => setOf(item)),
  ),
  object: fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom(...NAMES),
        term: tie('any'),
        optional: fc.boolean(),
        readonly: fc.boolean(),
        orUndefined: fc.integer({ min: 0, max: 7 }).map(n => n === 7),
      }),
      { minLength: 1, maxLength: 3, selector: field => field.name },
    )
    .map(object),
})).any
