// docs/types.md: each row of its tables holds, for TypeScript and for the generated code. UPDATE_GOLDEN=1 writes the tables anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { compileValues, evaluate, isAssignable } from './support/judge-compile.ts'
import {
  DIFFERENCES,
  differenceRow,
  FRAMING_DIFFERENCES,
  framingRow,
  KINDS,
  kindRow,
  withTable,
} from './support/judge-differences.ts'
import { overJson, valueToWire } from './support/judge-values.ts'

describe('docs/types.md', () => {
  it('has the tables that these tests hold it to', () => {
    const file = new URL('../docs/types.md', import.meta.url)
    const document = readFileSync(file, 'utf8')
    const tables = {
      kinds: KINDS.map(kindRow),
      differences: DIFFERENCES.map(differenceRow),
      'framing-differences': FRAMING_DIFFERENCES.map(framingRow),
    }
    const wanted = Object.entries(tables).reduce(
      (text, [name, rows]) => withTable(text, name, rows),
      document,
    )
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, wanted)
    expect(document, 'UPDATE_GOLDEN=1 npx mocha tests/judge-differences.test.ts').to.equal(wanted)
  })

  const kinds = compileValues(KINDS)
  for (const [index, { type, value, json }] of KINDS.entries()) {
    it(`sends ${value} of type ${type} as ${json}, and reads it back`, () => {
      const { checkNative, encode, checkJson, decode } = kinds()[index]!
      const sent = evaluate(value)
      expect(checkNative(sent)).to.equal(true)
      expect(JSON.stringify(encode(sent))).to.equal(json)
      expect(checkJson(JSON.parse(json))).to.equal(true)
      expect(JSON.stringify(encode(decode(JSON.parse(json))))).to.equal(json)
    })
  }

  const differences = compileValues(DIFFERENCES)
  for (const [index, { topic, value, typescript, here, option, ...row }] of DIFFERENCES.entries()) {
    it(`differs from TypeScript, which ${typescript} it, in ${topic}`, () => {
      const options = option ? { [option]: true } : {}
      expect(isAssignable(row, options)).to.equal(typescript === 'accepts')
      expect(differences()[index]!.checkNative(evaluate(value))).to.equal(here === 'accepts')
      if (option) expect(isAssignable(row), 'without the option').to.equal(here === 'accepts')
      else expect(here).to.not.equal(typescript)
    })
  }

  const framed = compileValues(FRAMING_DIFFERENCES)
  for (const [index, { topic, value, json, msgpack }] of FRAMING_DIFFERENCES.entries()) {
    it(`${json} ${topic} in JSON, and ${msgpack} it in MessagePack`, () => {
      const { checkJson, checkPacked } = framed()[index]!
      const sent = evaluate(value)
      expect(checkJson(overJson(valueToWire(sent)))).to.equal(json === 'accepts')
      expect(checkPacked(sent)).to.equal(msgpack === 'accepts')
    })
  }
})
