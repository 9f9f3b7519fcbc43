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
  test: {
    needs: 'everything',
    run: (node, args) => handOver(node, [bin('vitest/vitest.mjs'), 'run', ...args], inRoot()),
  },
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
async function check(node, args) {
  const n8nNode = join(root, 'n8n-node')
  const checks = [
    { words: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
    { words: [bin('typescript/bin/tsc'), '-p', 'shared/src/portable/tsconfig.json'] },
    { words: [bin('typescript/bin/tsc'), '-p', 'n8n-node/test/tsconfig.json'] },
    { words: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', ...args] },
    // The node is held to n8n's own compiler settings and rules, by n8n's own tools.
    { words: ['node_modules/typescript/bin/tsc', '--noEmit'], cwd: n8nNode },
    { words: ['node_modules/@n8n/node-cli/bin/n8n-node.mjs', 'lint'], cwd: n8nNode },
  ]
  let worst = 0
  for (const { words, cwd } of checks) {
    worst ||= await handOver(node, words, { ...inRoot(), ...(cwd ? { cwd } : {}) })
  }
  return worst
}

/** @param {string} path in a package of the root's */
function bin(path) {
  return join(root, 'node_modules', path)
}

function inRoot() {
  return { cwd: root, env: process.env }
}
