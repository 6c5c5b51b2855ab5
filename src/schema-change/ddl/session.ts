import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { InterruptedError, MigrationBusyError, type Patience } from './lock-tries.ts';

/** Any number will do, as long as every runner takes the same one in this database. */
const advisoryLock = 7_239_114_001;

export interface SessionOptions {
  readonly databaseUrl: string;
  /** How long to go on trying for locks. */
  readonly patienceMs: number;
  readonly say: (line: string) => void;
  /** Ends what is under way: a statement is cancelled, and what it had begun is cleaned up. */
  readonly signal?: AbortSignal;
}

/** A session that alone may change the schema now. */
export interface MigrationSession {
  readonly client: pg.Client;
  readonly patience: Patience;
}

/**
 * Opens a session, takes the lock that every change of the schema is made under, and does `work`.
 * The lock goes with the session, however it ends.
 *
 * @throws {MigrationBusyError} when another runner held the lock for the whole of the patience.
 * @throws {InterruptedError} when the signal was given while a statement ran.
 */
export async function inMigrationSession<T>(
  options: SessionOptions,
  work: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  const { databaseUrl, patienceMs, say, signal = new AbortController().signal } = options;
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'scaleretail/schema',
    keepAlive: true,
  });
  client.on('error', () => {}); // the next statement fails and says so
  await client.connect();
  const stop = await stopOnAbort(client, databaseUrl, signal);
  try {
    const patience = { ms: patienceMs, deadline: Date.now() + patienceMs, say, signal };
    await noticeEnd(client);
    await takeLock(client, patience);
    return await work({ client, patience });
  } catch (error) {
    if (signal.aborted && isCancelled(error)) throw new InterruptedError('the command');
    throw error;
  } finally {
    await stop();
    await client.end();
  }
}

/** Whether a statement ended because it was asked to, or took longer than it was allowed. */
export function isCancelled(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014';
}

// A backend that computes does not look whether its client is still there: one that was killed in
// the middle of a long statement would hold the lock until the end of it. Not every system can.
async function noticeEnd(client: pg.Client): Promise<void> {
  await client.query(`SET client_connection_check_interval = '1s'`).catch(() => {});
}

async function takeLock(client: pg.Client, patience: Patience): Promise<void> {
  for (let told = false; ; told = true) {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS taken',
      [advisoryLock],
    );
    if (rows[0]?.taken === true) return;
    if (patience.signal.aborted) throw new InterruptedError('waiting for another migration');
    if (!told) patience.say('another migration is running; waiting for it');
    if (Date.now() > patience.deadline) {
      throw new MigrationBusyError('another migration was running', patience.ms);
    }
    await sleep(200);
  }
}

/** Has the server cancel what the session is doing when the signal comes; gives its own end. */
async function stopOnAbort(
  client: pg.Client,
  databaseUrl: string,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  let cancelling: Promise<void> = Promise.resolve();
  const cancel = () => {
    cancelling = cancelStatement(rows[0]?.pid, databaseUrl).catch(() => {});
  };
  signal.addEventListener('abort', cancel, { once: true });
  return async () => {
    signal.removeEventListener('abort', cancel);
    await cancelling;
  };
}

async function cancelStatement(pid: number | undefined, databaseUrl: string): Promise<void> {
  const other = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'scaleretail/schema',
  });
  await other.connect();
  try {
    await other.query('SELECT pg_cancel_backend($1)', [pid]);
  } finally {
    await other.end();
  }
}
