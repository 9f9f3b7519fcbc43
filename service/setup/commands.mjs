import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askedToStop, handOver } from './hand-over.mjs'
import { root, typedIn } from './places.mjs'

/**
 * @typedef {object} Command
 * @property {import('./install.mjs').Needs} needs
 * @property {(node: string, args: string[]) => Promise<number>} run answers the exit code
 */

/**
 * What can stand behind `node service/setup/run.mjs`.
 * @type {Record<string, Command>}
 */
export const commands = {
  start: {
    needs: 'service',
    run: (node, args) => serve('start', node, [at('src/main.ts'), ...args]),
  },
  dev: {
    needs: 'everything',
    run: (node, args) => serve('dev', node, ['--watch', at('src/main.ts'), ...args]),
  },
  passwright: {
    needs: 'service',
    run: (node, args) =>
      handOver(node, [at('src/cli/passwright.ts'), ...args], asTyped('passwright')),
  },
  test: { needs: 'everything', run: test },
  check: { needs: 'everything', run: check },
  proof: {
    needs: 'everything',
    run: (node, args) => handOver(node, [at('proof/run.ts'), 'proof', ...args], inRoot()),
  },
  bench: {
    needs: 'everything',
    run: (node, args) => handOver(node, [at('proof/run.ts'), 'bench', ...args], inRoot()),
  },
}

/** @param {string} path in the service's folder */
function at(path) {
  return join(root, 'service', path)
}

/**
 * Relative paths count from where the command was typed, but there is one data folder, whichever folder that was.
 * @param {string} command
 */
function asTyped(command) {
  const env = { ...process.env }
  env.DATA_DIR ||= join(root, 'data')
  return { cwd: typedIn(command, process.env, process.cwd()), env }
}

/**
 * @param {string} command
 * @param {string} node
 * @param {string[]} args
 */
async function serve(command, node, args) {
  const code = await handOver(node, args, asTyped(command))
  // A service that was stopped before it could listen to signals did what it was told all the same.
  return code === askedToStop() ? 0 : code
}

/** @param {string} node @param {string[]} args */
async function test(node, args) {
  const folder = mkdtempSync(join(tmpdir(), 'passwright-results-'))
  const results = join(folder, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  try {
    const code = await handOver(
      node,
      [bin('vitest/vitest.mjs'), 'run', ...reporters, ...args],
      inRoot(),
    )
    console.log(`\n${closingLine(results, code)}`)
    return code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The result in one plain line. What fails outside of a test counts as a failure too.
 * @param {string} results path of vitest's JSON report
 * @param {number} code vitest's exit code
 */
function closingLine(results, code) {
  const counts = readCounts(results)
  const failed = Math.max(counts.numFailedTests, code === 0 ? 0 : 1)
  const skipped = counts.numPendingTests + counts.numTodoTests
  const line = `${counts.numPassedTests} passed, ${failed} failed`
  return skipped > 0 ? `${line}, ${skipped} skipped` : line
}

/** @param {string} results */
function readCounts(results) {
  try {
    return JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }
  }
}

/** @param {string} node @param {string[]} args */
async function check(node, args) {
  const checks = [
    [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'],
    [bin('typescript/bin/tsc'), '-p', 'shared/src/portable/tsconfig.json'],
    [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', ...args],
  ]
  let worst = 0
  for (const words of checks) worst ||= await handOver(node, words, inRoot())
  return worst
}

/** @param {string} path in a package of the root's */
function bin(path) {
  return join(root, 'node_modules', path)
}

function inRoot() {
  return { cwd: root, env: process.env }
}
