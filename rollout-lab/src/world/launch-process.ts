import { fileURLToPath } from 'node:url';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import type { Launch, Launched } from './fleet.ts';
import { addressOf, end, exited, normalPriority, startAtLowPriority } from './processes.ts';

const serverScript = fileURLToPath(new URL('../../../src/server.ts', import.meta.url));

/** The line by which a replica tells its address. */
const listening = ({ msg, address }: Record<string, unknown>): unknown =>
  msg === 'listening' ? address : undefined;

/** Starts replicas as processes of this machine; the rest of their environment is `env`. */
export function processLauncher(env: Readonly<Record<string, string>>) {
  return ({ id, release, faults }: Launch): Launched => {
    const own = { RELEASE: release, INSTANCE_ID: id, PORT: '0', FAULTS: faults, LOG_LEVEL: 'info' };
    const child = spawnNode(serverScript, { env: { ...env, ...own } });
    const { pid } = child;
    if (pid !== undefined) startAtLowPriority(pid);
    return {
      url: addressOf(child, `replica ${id}`, listening),
      ended: exited(child),
      becameReady: () => pid !== undefined && normalPriority(pid),
      stop: (graceMs) => end(child, graceMs),
      kill: () => child.kill('SIGKILL'),
    };
  };
}
