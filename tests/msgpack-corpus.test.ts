// fixtures/values.json through JSON and MessagePack over HTTP: what arrives must be the same, at both ends.
import { expect } from 'chai'
import { CORPUS, type CorpusApp, startCorpus } from './support/corpus-app.ts'
import { fromNotation, toNotation } from './support/corpus-notation.ts'

describe('the corpus in either framing', function () {
  this.timeout(60_000)
  let app: CorpusApp
  before('compile all types in one program', async () => {
    app = await startCorpus()
  })
  after(() => app.close())

  it('has routes for all types', () => {
    const names = CORPUS.flatMap((_, index) => [`result${index}`, `stream${index}`])
    expect(names.filter(name => !app.names.has(name))).to.deep.equal([])
  })

  for (const framing of ['json', 'msgpack'] as const) {
    describe(framing, () => {
      for (const [index, { type, accept }] of CORPUS.entries()) {
        it(`brings values of ${type} to the handler and back`, async () => {
          const client = app.client({ framing })
          for (const notation of accept) {
            if (app.names.has(`args${index}`)) {
              await client[`args${index}`]!({ value: fromNotation(notation) })
              expect(toNotation(app.received), 'received by the handler').to.deep.equal(notation)
            }
            app.give = fromNotation(notation)
            const result = await client[`result${index}`]!()
            expect(toNotation(result.value), 'received by the client').to.deep.equal(notation)
            const stream = client[`stream${index}`]!()
            const steps = [await stream.next(), await stream.next()]
            expect(steps.map(step => toNotation(step.value.value))).to.deep.equal([notation, notation])
          }
        })
      }
    })
  }
})
