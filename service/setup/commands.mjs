import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * Node runs the steps of a command one after the other, until one fails; the last one gets the command's arguments. Relative paths
 * count from the checkout, or from the folder where the command was typed.
 * @typedef {{ run: string[], cwd?: string }} Step
 * @typedef {{ needs: import('./install.mjs').Needs, isService?: boolean, fromTypedFolder?: boolean, steps: Step[] }} Command
 */

const main = join(root, 'service/src/main.ts')
const cli = join(root, 'service/src/cli/passwright.ts')
const tsc = 'node_modules/typescript/bin/tsc'
const service = /** @type {const} */ ({ needs: 'service', isService: true, fromTypedFolder: true })

/** @type {Record<string, Command>} */
export const commands = {
  start: { ...service, steps: [{ run: [main] }] },
  dev: { ...service, needs: 'everything', steps: [{ run: ['--watch', main] }] },
  passwright: { needs: 'service', fromTypedFolder: true, steps: [{ run: [cli] }] },
  test: { needs: 'everything', steps: [{ run: ['node_modules/vitest/vitest.mjs', 'run'] }] },
  proof: { needs: 'everything', steps: [{ run: ['service/proof/run.ts', 'proof'] }] },
  bench: { needs: 'everything', steps: [{ run: ['service/proof/run.ts', 'bench'] }] },
  check: {
    needs: 'everything',
    steps: [
      { run: [tsc, '-p', 'tsconfig.json'] },
      { run: [tsc, '-p', 'shared/src/portable/tsconfig.json'] },
      { run: [tsc, '-p', 'service/src/web/editor/browser/tsconfig.json'] },
      { run: [tsc, '-p', 'service/src/web/stats-page/browser/tsconfig.json'] },
      { run: [tsc, '-p', 'n8n-node/test/tsconfig.json'] },
      // n8n's own compiler settings and rules, by n8n's own tools.
      { run: [tsc, '--noEmit'], cwd: 'n8n-node' },
      { run: ['node_modules/@n8n/node-cli/bin/n8n-node.mjs', 'lint'], cwd: 'n8n-node' },
      // Who may import whom, in a table with reasons.
      { run: ['service/test/house/check-imports.ts'] },
      { run: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
    ],
  },
}
