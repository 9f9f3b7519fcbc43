import type { Reporter } from 'vitest/node'

/** Prints the result of a run as its last line, in a form that programs can parse. Failures outside of tests count too. */
export const summaryReporter: Reporter = {
  onTestRunEnd(modules, errors, reason) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const states = tests.map((test) => test.result().state)
    for (const test of tests) {
      if (test.diagnostic()?.flaky) console.log(`Passed only when repeated: ${test.fullName}`)
    }
    const count = (state: string) => states.filter((each) => each === state).length
    const failedOutside =
      errors.length + modules.filter((module) => module.errors().length > 0).length
    const failed = Math.max(count('failed') + failedOutside, reason === 'passed' ? 0 : 1)
    const skipped = count('skipped') + count('pending')
    const line = `${count('passed')} passed, ${failed} failed`
    console.log(skipped > 0 ? `${line}, ${skipped} skipped` : line)
  },
}
