import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
/** A control plane each: not beside one another on two cores. */
const controlPlanes = 'k8s/cluster/**/*.cluster.test.ts';

/** What needs kubectl or kustomize, and Go; one test starts the service, too: `npm run test:k8s`. */
export default defineConfig({
  root,
  test: {
    maxWorkers: 2,
    projects: [
      {
        root,
        test: {
          name: 'manifests',
          include: ['k8s/**/*.cluster.test.ts'],
          exclude: [...configDefaults.exclude, controlPlanes],
          globalSetup: 'test/support/global-setup.ts',
          // The schemas are downloaded the first time.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        root,
        test: {
          name: 'cluster',
          include: [controlPlanes],
          testTimeout: 120_000,
          // The first start may have to build the programs.
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
