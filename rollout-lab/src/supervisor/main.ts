import { readFileSync } from 'node:fs';
import { createControl } from './control.ts';
import { ServiceProcess } from './service-process.ts';

/**
 * The first process of a replica's container in the demo. It starts the service when the lab says so
 * and ends it by the signal that an orchestrator would send; a signal to the container is passed on,
 * and the service's exit code is the container's. It needs nothing but Node: see docs/docker.md.
 */
const port = 9000;

const { SUPERVISOR_TOKEN_FILE: tokenFile = '' } = process.env;
if (tokenFile === '') {
  process.stderr.write('SUPERVISOR_TOKEN_FILE is not set: the file with what orders must bring\n');
  process.exit(2);
}
const service = new ServiceProcess();
const control = createControl(service, readFileSync(tokenFile, 'utf8').trim());
control.listen(port, () => {
  process.stdout.write(`${JSON.stringify({ msg: 'waits for its turn', port })}\n`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, async () => {
    service.signal(signal);
    const exitCode = await service.ended;
    process.exit(exitCode);
  });
}
