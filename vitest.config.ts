import { existsSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

/** A part that a cloner may have removed brings its own tests only while it is there. */
const optional = (folder: string) => (existsSync(folder) ? [`${folder}/**/*.test.ts`] : []);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are shared by the tests, a PostgreSQL and whatever else runs on the machine.
    maxWorkers: 2,
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'embedded/**/*.test.ts',
            'gateway-sandbox/**/*.test.ts',
            'bench/**/*.test.ts',
            'monitoring/**/*.test.ts',
            'load-tests/**/*.test.ts',
            'k8s/**/*.test.ts',
          ],
          // These need kubectl and Go: npm run test:k8s.
          exclude: [...configDefaults.exclude, '**/*.cluster.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['test/**/*.test.ts'],
          globalSetup: 'test/support/global-setup.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: [
            ...optional('rollout-lab/src'),
            ...optional('rollout-lab/test'),
            ...optional('workshop'),
          ],
        },
      },
    ],
  },
});
