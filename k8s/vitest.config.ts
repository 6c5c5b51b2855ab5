import { defineConfig } from 'vitest/config';

/** What needs a Kubernetes control plane: `npm run test:k8s`. One file after the other, they share two cores. */
export default defineConfig({
  test: {
    include: ['k8s/**/*.cluster.test.ts'],
    testTimeout: 120_000,
    // The first start may have to build the programs.
    hookTimeout: 1_800_000,
    fileParallelism: false,
  },
});
