import { defineConfig } from 'vitest/config';

/** What needs Docker: `npm run test:docker`. One file after the other, they share two cores. */
export default defineConfig({
  test: {
    include: ['rollout-lab/test-docker/**/*.test.ts'],
    globalSetup: 'rollout-lab/test-docker/support/global-setup.ts',
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
