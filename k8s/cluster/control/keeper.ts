/**
 * The program that keeps one control plane: it owns its folder and its servers, and ends with both
 * gone when its parent says so or is no more, in whatever way that came to be.
 * It is started by cluster.ts in a session of its own, where no Ctrl-C of a terminal reaches it.
 */
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { ClusterFailedError, CommandFailedError } from '../errors.ts';
import { createOwnedFolder, removeFolder, sweepOwnedFolders } from '../owned-folder.ts';
import { writeCredentials } from './credentials.ts';
import { type Client, runKubectl } from './kubectl.ts';
import { endServersOf, Servers } from './processes.ts';
import { folderPrefix, type KeeperMessage, type KeeperOptions } from './protocol.ts';
import { apiServerArguments, controllerManagerArguments, etcdArguments } from './servers.ts';

/** It takes about three seconds; a starved machine may need many. */
const readyLimitMs = 120_000;
const pollMs = 100;
const portAttempts = 3;
const portTaken = 'address already in use';

const stopping = new AbortController();
for (const event of ['disconnect', 'SIGTERM', 'SIGHUP']) {
  process.on(event, () => stopping.abort());
}
process.on('SIGINT', () => undefined);

try {
  await sweepOwnedFolders(tmpdir(), folderPrefix, endServersOf);
  await keepOnFreePort(JSON.parse(process.argv[2] ?? ''));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (!stopping.signal.aborted) await tell({ type: 'failed', reason });
}
process.exit();

/** A free port may have been snatched by another process before the API server takes it. */
async function keepOnFreePort(options: KeeperOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await keep(options);
    } catch (error) {
      const snatched = error instanceof ClusterFailedError && error.log.includes(portTaken);
      if (!snatched || attempt === portAttempts) throw error;
    }
  }
}

async function keep({ programs, crds }: KeeperOptions): Promise<void> {
  const folder = createOwnedFolder(tmpdir(), folderPrefix);
  const servers = new Servers(folder, programs);
  try {
    await Promise.race([startAll(servers, { programs, folder }, crds), servers.failed]);
    await tell({ type: 'ready', folder });
    await Promise.race([aborted(stopping.signal), servers.failed]);
  } finally {
    await servers.stop();
    await removeFolder(folder);
  }
}

async function startAll(servers: Servers, client: Client, crds: readonly string[]): Promise<void> {
  const site = { folder: client.folder, port: await findFreePort() };
  writeCredentials(site);
  servers.start('etcd', etcdArguments(site));
  servers.start('kube-apiserver', apiServerArguments(site));
  await untilAnswered(client, '/readyz');
  // Of kinds that come later the controllers learn only every 30 s.
  if (crds.length > 0) await applyCrds(client, crds);
  servers.start('kube-controller-manager', controllerManagerArguments(site));
  // A controller has made it: they are at work.
  await untilAnswered(client, '/api/v1/namespaces/default/serviceaccounts/default');
}

async function applyCrds(client: Client, crds: readonly string[]): Promise<void> {
  const files = crds.map((path) => `--filename=${path}`);
  // As large as they are they do not fit into the annotation of a client-side apply.
  await succeed(client, ['apply', '--server-side', ...files]);
  await succeed(client, ['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
}

async function succeed(client: Client, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runKubectl(client, args, stopping);
  if (code !== 0) throw new CommandFailedError(`kubectl ${args[0]}`, code, stderr);
}

async function untilAnswered(client: Client, path: string): Promise<void> {
  const { signal } = stopping;
  const deadline = performance.now() + readyLimitMs;
  for (;;) {
    const { code, stderr } = await runKubectl(client, ['get', `--raw=${path}`], { signal });
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
