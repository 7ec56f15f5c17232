// Rule settings and comments that suppress → the findings that are reported, alike for every host.
import { expect } from 'chai'
import { applyRules, toRuleSettings } from '../transformer/src/diagnostics/rule-settings.ts'
import type { Finding, RuleName } from '../transformer/src/model/finding.ts'

describe('rule settings', () => {
  const finding = (rule: RuleName, text: string, at: string): Finding => ({
    rule,
    message: rule,
    place: { file: 'a.ts', start: text.indexOf(at), length: at.length },
    related: [],
  })
  const report = (text: string, findings: readonly Finding[], rules: object = {}) =>
    applyRules(findings, toRuleSettings(rules).settings, [{ fileName: 'a.ts', text }]).map(it => [
      it.rule,
      ...(it.severity ? [it.severity] : []),
    ])

  it('turn warnings off, or into errors', () => {
    const all = [finding('any-in-args', 'x', 'x')]
    expect(report('x', all)).to.deep.equal([['any-in-args']])
    expect(report('x', all, { 'any-in-args': 'off' })).to.deep.equal([])
    expect(report('x', all, { 'any-in-args': 'error' })).to.deep.equal([['any-in-args', 'error']])
  })

  it('turn on what is off where nobody asks for it', () => {
    const all = [finding('unbounded-argument', 'x', 'x')]
    expect(report('x', all)).to.deep.equal([])
    expect(report('x', all, { 'unbounded-argument': 'warning' })).to.deep.equal([
      ['unbounded-argument', 'warning'],
    ])
    const ignored = '// alien-rpc-ignore unbounded-argument: short by nature\nfirst\n'
    const one = [finding('unbounded-argument', ignored, 'first')]
    expect(report(ignored, one, { 'unbounded-argument': 'error' })).to.deep.equal([])
  })

  it('say what cannot be set', () => {
    const problems = (value: unknown) => toRuleSettings(value).problems
    expect(problems({ 'duplicate-route': 'off' })[0]).to.match(
      /cannot be set: a route that breaks it is not compiled/,
    )
    expect(problems({ 'any-in-arg': 'off' })[0]).to.equal(
      'There is no rule "any-in-arg". Did you mean "any-in-args"?',
    )
    expect(problems({ nothing: 'off' })[0]).to.match(/no rule "nothing"; docs\/diagnostics\.md lists them/)
    expect(problems({ 'any-in-args': true })[0]).to.match(/takes "off", "warning" or "error", not true/)
    for (const value of [1, null, [], 'off']) expect(problems(value)).to.have.lengthOf(1)
    expect(problems({ __proto__: null, toString: 'off' })[0]).to.match(/no rule "toString"/)
  })

  describe('comments', () => {
    const text = '// alien-rpc-ignore any-in-args: it is only a log\nfirst\nsecond\n'

    it('suppress a warning on the next line, and on no other', () => {
      expect(report(text, [finding('any-in-args', text, 'first')])).to.deep.equal([])
      expect(report(text, [finding('any-in-args', text, 'second')])).to.deep.equal([
        ['any-in-args'],
        ['unused-suppression'],
      ])
    })

    it('may have their reason on more lines, follow each other, and be block comments', () => {
      for (const comment of [
        '// alien-rpc-ignore any-in-args: it is only\n// a log\n',
        '/* alien-rpc-ignore any-in-args: it is only a log */\n',
        '\t/*alien-rpc-ignore any-in-args:\n * it is only a log\n */\r\n',
        '/** alien-rpc-ignore any-in-args */\n\n/* another\ncomment */\n',
        '// alien-rpc-ignore any-in-args\r\n\r\n// alien-rpc-ignore strict-null-checks\r\n',
      ]) {
        const commented = `${comment}first\nsecond\n`
        const first = [
          finding('any-in-args', commented, 'first'),
          ...(comment.includes('strict-null') ? [finding('strict-null-checks', commented, 'first')] : []),
        ]
        expect(report(commented, first), comment).to.deep.equal([])
        const second = [finding('any-in-args', commented, 'second')]
        expect(report(commented, second)[0], comment).to.deep.equal(['any-in-args'])
      }
    })

    it('are marked from their first to their last character when they are not needed', () => {
      for (const comment of [
        '/* alien-rpc-ignore any-in-args: a\n b */',
        '// alien-rpc-ignore any-in-args',
      ]) {
        const [unused] = applyRules([], {}, [{ fileName: 'a.ts', text: ` ${comment}  \r\nfirst` }])
        expect(unused?.place).to.deep.equal({ file: 'a.ts', start: 1, length: comment.length })
      }
    })

    it('are no comments in the middle of a line, and end nowhere without harm', () => {
      const inString = "const a = '// alien-rpc-ignore any-in-args'\nfirst\n"
      expect(report(inString, [finding('any-in-args', inString, 'first')])).to.deep.equal([['any-in-args']])
      expect(report('/* alien-rpc-ignore any-in-args', [])).to.deep.equal([['unused-suppression']])
      expect(report(`// alien-rpc-ignore any-in-args\n/*${'*'.repeat(100_000)}`, [])).to.deep.equal([
        ['unused-suppression'],
      ])
    })

    it('suppress only what they name, and may name several', () => {
      const both = '  // alien-rpc-ignore any-in-args , strict-null-checks\r\nfirst\n'
      const findings = [finding('any-in-args', both, 'first'), finding('strict-null-checks', both, 'first')]
      expect(report(both, findings)).to.deep.equal([])
      expect(report(text, [finding('strict-null-checks', text, 'first')])).to.deep.equal([
        ['strict-null-checks'],
        ['unused-suppression'],
      ])
    })

    it('never suppress an error, and say so', () => {
      const wrong = '// alien-rpc-ignore duplicate-route\nfirst\n'
      const [kept, unused] = applyRules([finding('duplicate-route', wrong, 'first')], {}, [
        { fileName: 'a.ts', text: wrong },
      ])
      expect(kept?.rule).to.equal('duplicate-route')
      expect(unused?.message).to.match(/"duplicate-route" is an error, and errors cannot be suppressed/)
    })

    it('are findings themselves when they suppress nothing, name nothing or name no rule', () => {
      const messages = (comment: string) =>
        applyRules([], {}, [{ fileName: 'a.ts', text: `${comment}\nfirst` }]).map(it => it.message)
      expect(messages('// alien-rpc-ignore any-in-args')[0]).to.match(
        /no warning of "any-in-args" to suppress/,
      )
      expect(messages('// alien-rpc-ignore')[0]).to.match(/names no rule/)
      expect(messages('// alien-rpc-ignore any')[0]).to.match(/no rule "any"/)
      expect(messages('// alien-rpc-ignore item-without-ids')[0]).to.match(
        /no rule "item-without-ids"\. Did you mean "items-without-ids"\?$/,
      )
      expect(messages('// alien-rpc-ignore unbounded-argument')[0]).to.match(
        /"unbounded-argument" is off in this project/,
      )
      expect(messages('// nothing of ours')).to.deep.equal([])
      expect(report(text, [], { 'unused-suppression': 'off' })).to.deep.equal([])
      expect(report(text, [], { 'unused-suppression': 'error' })).to.deep.equal([
        ['unused-suppression', 'error'],
      ])
    })

    it('are marked where they stand', () => {
      const [unused] = applyRules([], {}, [{ fileName: 'a.ts', text: `x\n  ${text}` }])
      const { start = 0, length = 0 } = unused?.place ?? {}
      expect(`x\n  ${text}`.slice(start, start + length)).to.equal(
        '// alien-rpc-ignore any-in-args: it is only a log',
      )
    })
  })
})
