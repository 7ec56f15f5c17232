// Mocha's spec reporter, and one plain closing line with the totals that a script can read: `12 passed, 0 failed`.
const { reporters, Runner } = require('mocha')

module.exports = class SpecWithTotals extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      console.log(`${this.stats.passes} passed, ${this.stats.failures} failed`)
    })
  }
}
