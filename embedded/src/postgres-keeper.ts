/**
 * The program that keeps one PostgreSQL server: it owns the run folder and the postmaster, and ends
 * with both gone when its parent says so or is no more, in whatever way that came to be.
 * It is started by postgres.ts in a session of its own, where no Ctrl-C of a terminal reaches it.
 */
import { prepareBinaries } from './postgres-binaries.ts';
import { initCluster, logTail, type Site } from './postgres-cluster.ts';
import { PortTakenError, PostgresStartError } from './postgres-errors.ts';
import type { KeeperMessage, KeeperOptions } from './postgres-protocol.ts';
import { startServer } from './postgres-server.ts';
import { createRunFolder, removeRunFolder, sweepRunFolders } from './run-folder.ts';
import { serverUser, temporaryRoot } from './server-user.ts';

/** Aborted by the parent's word, by its end, or by a signal. */
const stopping = new AbortController();

for (const event of ['message', 'disconnect', 'SIGTERM', 'SIGHUP']) {
  process.on(event, () => stopping.abort());
}
process.on('SIGINT', () => undefined);

try {
  await keep(JSON.parse(process.argv[2] ?? ''));
} catch (error) {
  if (!stopping.signal.aborted) await tell(describeFailure(error));
}
process.exit();

async function keep(options: KeeperOptions): Promise<void> {
  const user = serverUser();
  const root = temporaryRoot(user);
  await sweepRunFolders(root);
  const folder = createRunFolder(root, user);
  try {
    const binaries = prepareBinaries(options.native, folder, user !== undefined);
    await serve({ folder, binaries, user }, options);
  } finally {
    await removeRunFolder(folder);
  }
}

async function serve(site: Site, { port, settings }: KeeperOptions): Promise<void> {
  const password = await initCluster(site, settings, stopping.signal);
  const server = await startServer(site, port, stopping.signal);
  await tell({ type: 'ready', port: server.port, folder: site.folder, password });
  const end = await Promise.race([server.ended, stopRequested()]);
  if (end === undefined) await server.stop();
  else await tell({ type: 'died', reason: `PostgreSQL ended (${end}).\n${logTail(site)}` });
}

function stopRequested(): Promise<undefined> {
  const { signal } = stopping;
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined));
  });
}

function describeFailure(error: unknown): KeeperMessage {
  if (error instanceof PortTakenError) return { type: 'port-taken', port: error.port };
  const log = error instanceof PostgresStartError ? error.log : '';
  return { type: 'failed', reason: error instanceof Error ? error.message : String(error), log };
}

/** Resolves when the message is on its way, or cannot be: nobody is left to read it. */
function tell(message: KeeperMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}
