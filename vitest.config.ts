import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['shared/src/**/*.test.ts', 'service/test/**/*.test.ts'],
    globalSetup: 'service/test/global-setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
