import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { measuringFiles, SlowFilesFirst } from './service/test/support/run/file-order.ts'
import { summaryReporter } from './service/test/support/run/summary-reporter.ts'

// A test may be slow on a busy machine; what it promises about seconds it measures itself.
const timeouts = {
  testTimeout: 60_000,
  hookTimeout: 90_000,
  expect: { poll: { timeout: 30_000 } },
  // A shared machine may stand still for seconds. The summary names what passed only then.
  retry: process.env.CI ? 1 : 0,
}

export default defineConfig({
  test: {
    reporters: ['default', summaryReporter],
    globalSetup: 'service/test/support/run/global-setup.ts',
    sequence: { sequencer: SlowFilesFirst },
    projects: [
      {
        test: {
          ...timeouts,
          name: 'tests',
          include: [
            'shared/src/**/*.test.ts',
            'service/test/**/*.test.ts',
            'n8n-node/test/**/*.test.mts',
            'zapier-app/test/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', ...measuringFiles],
          // Most tests spend their time waiting for processes, disks and networks.
          maxWorkers: Math.min(2 * availableParallelism(), 8),
          // A worker loads the service once, not once per file.
          isolate: false,
          restoreMocks: true,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'measurements',
          include: measuringFiles,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
