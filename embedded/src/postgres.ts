import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { locateBinaries } from './postgres-binaries.ts';
import { type EmbeddedPostgres, handle, keeperEnded, toError } from './postgres-handle.ts';
import type { KeeperMessage, KeeperOptions, RunningServer } from './postgres-protocol.ts';

export { PortTakenError, PostgresStartError, UnsupportedPlatformError } from './postgres-errors.ts';
export type { EmbeddedPostgres } from './postgres-handle.ts';

export interface PostgresOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** False: a crash of the machine may lose data. For tests, which are faster then. Default true. */
  readonly durable?: boolean;
  /** Server parameters by name, over the defaults below. */
  readonly settings?: Readonly<Record<string, string>>;
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
    keeper.once('exit', (code, signal) => reject(failure ?? keeperEnded(String(signal ?? code))));
  });
}
