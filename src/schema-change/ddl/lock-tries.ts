import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { sqlState } from '../../platform/postgres/postgres.ts';
import { longLockHolders } from '../lock-holders.ts';

/**
 * How long DDL may wait for its lock, try by try. Whoever comes after it in the queue waits as
 * long, a plain SELECT too: so it begins with hardly any wait, which is enough between two short
 * transactions, and never waits longer than the last of these.
 */
export const lockTimeoutsMs = [5, 10, 20, 40, 80, 160, 250];
/** Between two tries, spread by chance; doubled from the first to the last. */
const pauseMs = { first: 50, most: 2_000 };

/** Failures after which the same thing can simply be tried again: nothing was changed. */
const retryable = new Map([
  ['55P03', 'lock_not_available'],
  ['40P01', 'deadlock_detected'],
  // query_canceled: the one limit for several tables, which statement_timeout keeps; see
  // lock-together.ts.
  ['57014', 'lock_not_available'],
]);

/** How long somebody is willing to wait, and whom to tell meanwhile. */
export interface Patience {
  readonly ms: number;
  /** When it ends, by this process's clock. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Another runner held the lock, or a table was busy, for longer than there was patience. */
export class MigrationBusyError extends Error {
  constructor(what: string, patienceMs: number) {
    super(`${what} for ${patienceMs / 1000} s; nothing was changed, run the command again`);
    this.name = 'MigrationBusyError';
  }
}

/** Somebody asked for the end in between. */
export class InterruptedError extends Error {
  constructor(what: string) {
    super(`${what} was interrupted; what was done stays done, run the command again to go on`);
    this.name = 'InterruptedError';
  }
}

/**
 * Runs DDL that needs strong locks, again and again until it gets them, without ever making others
 * queue behind it for longer than the last lock timeout: it does not ask while a long transaction
 * holds locks. `work` is one transaction that is rolled back as a whole when it fails.
 *
 * @throws {MigrationBusyError} when there were no locks for the whole of the patience.
 * @throws {InterruptedError} when the signal is given between two tries.
 */
export async function withLocks(
  db: Queryable,
  what: string,
  patience: Patience,
  work: () => Promise<void>,
): Promise<void> {
  let wait = pauseMs.first;
  let told = '';
  for (let tries = 0; ; ) {
    if (patience.signal.aborted) throw new InterruptedError(what);
    const [holder] = await longLockHolders(db);
    const reason = holder ?? (await tryOnce(db, lockTimeoutsMs[tries++], work));
    if (reason === null) return;
    if (Date.now() > patience.deadline) {
      throw new MigrationBusyError(`${what} got no lock (${reason})`, patience.ms);
    }
    if (reason !== told) patience.say(`${what} waits: ${reason}`);
    told = reason;
    await sleep(wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, pauseMs.most);
  }
}

/** Null when it was done; otherwise why it was not, and nothing was changed. */
async function tryOnce(
  db: Queryable,
  lockTimeoutMs = lockTimeoutsMs.at(-1),
  work: () => Promise<void>,
): Promise<string | null> {
  await db.query(`SET lock_timeout = ${lockTimeoutMs}`);
  try {
    await work();
    return null;
  } catch (error) {
    await db.query('ROLLBACK').catch(() => {}); // a lost connection has told why already
    const reason = retryable.get(sqlState(error) ?? '');
    if (reason === undefined) throw error;
    return reason;
  }
}
