// Run as a process: closes a flag client while its first fetch is failing, and lives on until that
// fetch has failed for good.
import { createFlags } from '../../src/platform/flags.ts';
import { createMetrics } from '../../src/platform/metrics.ts';

const failed = Promise.withResolvers<void>();
const flags = createFlags(
  {
    unleashUrl: process.argv[2] ?? '',
    token: undefined,
    pollMs: 50,
    bootstrapFile: undefined,
    instanceId: 'closing',
    onError: () => failed.resolve(),
  },
  createMetrics('2.0'),
);
setImmediate(() => flags.close());
await failed.promise;
setImmediate(() => process.stdout.write('lived on\n'));
