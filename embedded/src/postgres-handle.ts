import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PortTakenError, PostgresStartError } from './postgres-errors.ts';
import type {
  KeeperMessage,
  ParentMessage,
  RunningServer,
  ShutdownMode,
} from './postgres-protocol.ts';
import { sweepRunFolders } from './run-folder.ts';
import { serverUser, temporaryRoot } from './server-user.ts';

export interface EmbeddedPostgres {
  readonly port: number;
  /** Holds everything on disk, the log `postgres.log` too; gone after the end. */
  readonly folder: string;
  /** Address of a database (default `postgres`) for the superuser, with the password. */
  url(database?: string): string;
  /** Resolves with the reason when the server ends without having been stopped; else never. */
  readonly exited: Promise<string>;
  /**
   * Ends the server and leaves its data; resolves when its port is closed. `fast` (the default) ends
   * the sessions and writes a checkpoint, `immediate` is a crash that the next start recovers from.
   */
  stopServer(mode?: ShutdownMode): Promise<void>;
  /**
   * Starts it again on the same port with the same data; resolves when it accepts connections.
   * Throws PortTakenError or PostgresStartError; everything has ended and is gone then.
   */
  startServer(): Promise<void>;
  /** One after the other. */
  restart(mode?: ShutdownMode): Promise<void>;
  /** Ends the server and removes its folder. More than one call does no harm. */
  stop(): Promise<void>;
}

/** What a parent has of a keeper whose server runs. */
export function handle(keeper: ChildProcess, running: RunningServer): EmbeddedPostgres {
  const { port, folder, password } = running;
  const finished = finish(keeper);
  const ask = createAsk(keeper, finished);
  let stopped = false;
  const exited = new Promise<string>((resolve) => {
    keeper.on('message', (message: KeeperMessage) => {
      if (message.type === 'died') resolve(message.reason);
    });
    finished.then((how) => {
      if (!stopped) resolve(keeperEnded(how).message);
    });
  });
  const stopServer = (mode: ShutdownMode = 'fast') => ask({ type: 'shut-down', mode });
  const startServer = () => ask({ type: 'start' });
  return {
    port,
    folder,
    exited,
    url: (database = 'postgres') =>
      `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stopServer,
    startServer,
    restart: async (mode) => {
      await stopServer(mode);
      await startServer();
    },
    stop: async () => {
      stopped = true;
      keeper.ref();
      say(keeper, { type: 'stop' });
      await finished;
    },
  };
}

/** The error that a keeper's message stands for, if it is one. */
export function toError(message: KeeperMessage): Error | undefined {
  if (message.type === 'port-taken') return new PortTakenError(message.port);
  if (message.type === 'failed') return new PostgresStartError(message.reason, message.log);
  if (message.type === 'died') return new PostgresStartError(message.reason);
  return undefined;
}

/**
 * Asks the keeper for one thing after the other, each when the one before is done. This process is
 * kept alive meanwhile. A wish rejects when the keeper has ended, with why it failed if it did.
 */
function createAsk(keeper: ChildProcess, finished: Promise<string>) {
  async function ask(message: ParentMessage): Promise<void> {
    let failure: Error | undefined;
    const answered = Promise.withResolvers<void>();
    const listen = (answer: KeeperMessage) => {
      failure = toError(answer);
      if (failure === undefined) answered.resolve();
    };
    finished.then((how) => answered.reject(failure ?? keeperEnded(how)));
    keeper.on('message', listen);
    keeper.ref();
    say(keeper, message);
    await answered.promise.finally(() => {
      keeper.off('message', listen);
      keeper.unref();
    });
  }
  let before: Promise<unknown> = Promise.resolve();
  return (message: ParentMessage): Promise<void> => {
    const asked = before.then(() => ask(message));
    before = asked.catch(() => undefined);
    return asked;
  };
}

/** How it ended is an exit code or a signal. */
export function keeperEnded(how: string): PostgresStartError {
  return new PostgresStartError(`PostgreSQL's keeper ended (${how}).`);
}

/** It may be gone already, which its end tells better than a failed send. */
function say(keeper: ChildProcess, message: ParentMessage): void {
  if (keeper.connected) keeper.send(message, () => undefined);
}

/** Resolves with how the keeper ended; one that was killed left its server and folder to a sweep. */
async function finish(keeper: ChildProcess): Promise<string> {
  const [code, signal] = await once(keeper, 'exit');
  if (code !== 0) await sweepRunFolders(temporaryRoot(serverUser())).catch(() => undefined);
  return signal ?? `exit code ${code}`;
}
