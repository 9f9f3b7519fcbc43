import { defineConfig } from 'vitest/config'
import { closingLine } from './service/test/support/summary-reporter.ts'

export default defineConfig({
  test: {
    include: [
      'shared/src/**/*.test.ts',
      'service/test/**/*.test.ts',
      'n8n-node/test/**/*.test.mts',
      'zapier-app/test/**/*.test.ts',
    ],
    reporters: ['default', closingLine],
    globalSetup: 'service/test/support/global-setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
