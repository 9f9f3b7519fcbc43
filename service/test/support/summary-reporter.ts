import type { Reporter } from 'vitest/node'

/** Ends a run with its result in one plain line, for people and programs that read the last one. What fails outside of a test counts too. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, errors, reason) {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    )
    const count = (state: string) => states.filter((each) => each === state).length
    const outside = errors.length + modules.filter((module) => module.errors().length > 0).length
    const failed = Math.max(count('failed') + outside, reason === 'passed' ? 0 : 1)
    const skipped = count('skipped') + count('pending')
    const line = `${count('passed')} passed, ${failed} failed`
    console.log(skipped > 0 ? `${line}, ${skipped} skipped` : line)
  },
}
