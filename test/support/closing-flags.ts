// Run as a process: closes a flag client while its first fetch is under way, and does nothing else.
import { createFlags } from '../../src/platform/flags/flags.ts';
import { createMetrics } from '../../src/platform/metrics.ts';

const flags = createFlags(
  {
    unleashUrl: process.argv[2] ?? '',
    token: undefined,
    pollMs: 50,
    bootstrapFile: undefined,
    instanceId: 'closing',
    onError: (error) => process.stderr.write(`${error.message}\n`),
  },
  createMetrics('2.0'),
);
setImmediate(() => flags.close());
process.on('exit', () => process.stdout.write('ended by itself\n'));
