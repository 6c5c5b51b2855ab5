import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { locateBinaries } from './postgres-binaries.ts';
import { PortTakenError, PostgresStartError } from './postgres-errors.ts';
import type { KeeperMessage, KeeperOptions, RunningServer } from './postgres-protocol.ts';
import { sweepRunFolders } from './run-folder.ts';
import { serverUser, temporaryRoot } from './server-user.ts';

export { PortTakenError, PostgresStartError, UnsupportedPlatformError } from './postgres-errors.ts';

export interface PostgresOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** False: a crash of the machine may lose data. For tests, which are faster then. Default true. */
  readonly durable?: boolean;
  /** Server parameters by name, over the defaults below. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** Holds everything on disk, the log `postgres.log` too; gone after the end. */
  readonly folder: string;
  /** Address of a database (default `postgres`) for the superuser, with the password. */
  url(database?: string): string;
  /** Resolves with the reason when the server ends without having been stopped; else never. */
  readonly exited: Promise<string>;
  /** Ends the server and removes its folder. More than one call does no harm. */
  stop(): Promise<void>;
}

const DEFAULT_SETTINGS = {
  listen_addresses: '127.0.0.1',
  // A socket's path may have 107 characters only, less than some temporary folders need.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  // In the data folder and so removed with it; the default leaves files in /dev/shm when killed.
  dynamic_shared_memory_type: 'mmap',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts a real PostgreSQL on 127.0.0.1 with an empty cluster of its own. It lives as long as this
 * process at the most: a keeper process ends it and removes its folder even after a SIGKILL.
 * It does not keep this process alive.
 * Throws PortTakenError, UnsupportedPlatformError or PostgresStartError.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<EmbeddedPostgres> {
  const durability = options.durable === false ? NOT_DURABLE : {};
  const keeper = forkKeeper({
    native: locateBinaries(),
    port: options.port ?? 0,
    settings: { ...DEFAULT_SETTINGS, ...durability, ...options.settings },
  });
  const server = await firstAnswer(keeper);
  keeper.unref();
  keeper.channel?.unref();
  return handle(keeper, server);
}

function forkKeeper(options: KeeperOptions): ChildProcess {
  const program = fileURLToPath(new URL('./postgres-keeper.ts', import.meta.url));
  return fork(program, [JSON.stringify(options)], {
    detached: true,
    // Not this process's flags: a debugger's port or a preloaded module is not for the keeper.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** Rejects only when the keeper is gone, and the folder of the failed start with it. */
function firstAnswer(keeper: ChildProcess): Promise<RunningServer> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    keeper.once('message', (message: KeeperMessage) => {
      if (message.type === 'ready') resolve(message);
      else failure = toError(message);
    });
    keeper.once('error', reject);
    keeper.once('exit', (code, signal) =>
      reject(failure ?? new PostgresStartError(`PostgreSQL's keeper ended (${signal ?? code}).`)),
    );
  });
}

function toError(message: Exclude<KeeperMessage, { type: 'ready' }>): Error {
  if (message.type === 'port-taken') return new PortTakenError(message.port);
  return new PostgresStartError(message.reason, message.type === 'failed' ? message.log : '');
}

function handle(keeper: ChildProcess, { port, folder, password }: RunningServer): EmbeddedPostgres {
  const finished = finish(keeper);
  let stopped = false;
  const exited = new Promise<string>((resolve) => {
    keeper.once('message', (message: KeeperMessage) => {
      if (message.type === 'died') resolve(message.reason);
    });
    finished.then((how) => {
      if (!stopped) resolve(`PostgreSQL's keeper ended (${how}).`);
    });
  });
  return {
    port,
    folder,
    exited,
    url: (database = 'postgres') =>
      `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: async () => {
      stopped = true;
      keeper.ref();
      // It may be gone already, which `finished` tells better than a failed send.
      if (keeper.connected) keeper.send('stop', () => undefined);
      await finished;
    },
  };
}

/** Resolves with how the keeper ended; one that was killed left its server and folder to a sweep. */
async function finish(keeper: ChildProcess): Promise<string> {
  const [code, signal] = await once(keeper, 'exit');
  if (code !== 0) await sweepRunFolders(temporaryRoot(serverUser())).catch(() => undefined);
  return signal ?? `exit code ${code}`;
}
