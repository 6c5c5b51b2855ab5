/**
 * The program that keeps one control plane: it owns its folder and its servers, and ends with both
 * gone when its parent says so or is no more, in whatever way that came to be.
 * It is started by cluster.ts in a session of its own, where no Ctrl-C of a terminal reaches it.
 */
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { createOwnedFolder, removeFolder, sweepOwnedFolders } from '../owned-folder.ts';
import { writeCredentials } from './credentials.ts';
import { runKubectl } from './kubectl.ts';
import { endServersOf, Servers } from './processes.ts';
import { folderPrefix, type KeeperMessage } from './protocol.ts';
import { apiServerArguments, controllerManagerArguments, etcdArguments } from './servers.ts';

/** It takes about three seconds; a starved machine may need many. */
const readyLimitMs = 120_000;
const pollMs = 50;

const stopping = new AbortController();
for (const event of ['disconnect', 'SIGTERM', 'SIGHUP']) {
  process.on(event, () => stopping.abort());
}
process.on('SIGINT', () => undefined);

try {
  await keep(process.argv[2] ?? '');
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (!stopping.signal.aborted) await tell({ type: 'failed', reason });
}
process.exit();

async function keep(programs: string): Promise<void> {
  await sweepOwnedFolders(tmpdir(), folderPrefix, endServersOf);
  const folder = createOwnedFolder(tmpdir(), folderPrefix);
  const servers = new Servers(folder, programs);
  try {
    await Promise.race([startAll(servers, { programs, folder }), servers.failed]);
    await tell({ type: 'ready', folder });
    await Promise.race([aborted(stopping.signal), servers.failed]);
  } finally {
    await servers.stop();
    await removeFolder(folder);
  }
}

interface Place {
  readonly programs: string;
  readonly folder: string;
}

async function startAll(servers: Servers, place: Place): Promise<void> {
  const site = { folder: place.folder, port: await findFreePort() };
  writeCredentials(site);
  servers.start('etcd', etcdArguments(site));
  servers.start('kube-apiserver', apiServerArguments(site));
  await untilAnswered(place, ['get', '--raw=/readyz']);
  servers.start('kube-controller-manager', controllerManagerArguments(site));
  // A controller has made it: they are at work.
  await untilAnswered(place, ['get', 'serviceaccount', '--namespace=default', 'default']);
}

async function untilAnswered(place: Place, question: readonly string[]): Promise<void> {
  const { signal } = stopping;
  const deadline = performance.now() + readyLimitMs;
  for (;;) {
    const { code, stderr } = await runKubectl(place, question, { signal });
    if (code === 0) return;
    if (performance.now() > deadline) throw new Error(`The control plane is not ready: ${stderr}`);
    await delay(pollMs, undefined, { signal });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve());
  if (signal.aborted) resolve();
  return promise;
}

/** Resolves when the message is on its way, or cannot be: nobody is left to read it. */
function tell(message: KeeperMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}
