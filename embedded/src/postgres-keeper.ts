/**
 * The program that keeps one PostgreSQL server: it owns the run folder and the postmaster, and ends
 * with both gone when its parent says so or is no more, in whatever way that came to be.
 * It is started by postgres.ts in a session of its own, where no Ctrl-C of a terminal reaches it.
 */
import { on } from 'node:events';
import { prepareBinaries } from './postgres-binaries.ts';
import { initCluster, logTail, type Site } from './postgres-cluster.ts';
import { PortTakenError, PostgresStartError } from './postgres-errors.ts';
import type {
  KeeperFailure,
  KeeperMessage,
  KeeperOptions,
  ParentMessage,
} from './postgres-protocol.ts';
import { type Postmaster, startServer } from './postgres-server.ts';
import { createRunFolder, removeRunFolder, sweepRunFolders } from './run-folder.ts';
import { serverUser, temporaryRoot } from './server-user.ts';

/** Aborted by the parent's word, by its end, or by a signal. */
const stopping = new AbortController();

for (const event of ['disconnect', 'SIGTERM', 'SIGHUP']) {
  process.on(event, () => stopping.abort());
}
process.on('message', ({ type }: ParentMessage) => {
  // At once, whatever else is being done; the rest is done in turn.
  if (type === 'stop') stopping.abort();
});
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
  const { signal } = stopping;
  const messages = on(process, 'message', { signal });
  const password = await initCluster(site, settings, signal);
  let server: Postmaster | undefined = await startServer(site, port, signal);
  const home = server.port;
  await tell({ type: 'ready', port: home, folder: site.folder, password });
  try {
    for (;;) {
      const event = await Promise.race([nextMessage(messages), endOf(server)]);
      if (event.type === 'died') {
        await tell({ type: 'died', reason: `PostgreSQL ended (${event.how}).\n${logTail(site)}` });
        return;
      }
      server = await obey(event, site, home, server);
      await tell({ type: 'done' });
    }
  } finally {
    await server?.stop();
  }
}

/** Gives back the server that there is afterwards. */
async function obey(
  message: ParentMessage,
  site: Site,
  port: number,
  server: Postmaster | undefined,
): Promise<Postmaster | undefined> {
  if (message.type === 'start') return server ?? startServer(site, port, stopping.signal);
  await server?.stop(message.type === 'shut-down' ? message.mode : undefined);
  return undefined;
}

/** Rejects once the keeper has to end. */
async function nextMessage(messages: ReturnType<typeof on>): Promise<ParentMessage> {
  const { value } = await messages.next();
  return value?.[0];
}

/** Never resolves where there is no server. */
function endOf(server: Postmaster | undefined): Promise<{ type: 'died'; how: string }> {
  const { promise, resolve } = Promise.withResolvers<{ type: 'died'; how: string }>();
  server?.ended.then((how) => resolve({ type: 'died', how }));
  return promise;
}

function describeFailure(error: unknown): KeeperFailure {
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
