import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What needs kubectl or kustomize, and Go for the schemas; one test starts the service, too. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    name: 'k8s',
    include: ['k8s/**/*.cluster.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // The schemas are downloaded the first time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
});
