import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { longTransactions } from '../lock-holders.ts';
import { InterruptedError, MigrationBusyError, type Patience } from './lock-tries.ts';
import { isCancelled } from './session.ts';

/**
 * Longest that one index may take. It stops nobody meanwhile, so this is no guard of the
 * service but the end of a wait for a transaction that never ends.
 */
const defaultLimitMs = 4 * 3_600_000;
const cleanUpMs = 5_000;
const pollMs = 200;

const create =
  /^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(?!ON\b)"?(\w+)"?\s+ON\s/i;
const drop = /^\s*DROP\s+INDEX\s+CONCURRENTLY\s+(?:IF\s+EXISTS\s+)?"?(\w+)"?\s*;?\s*$/i;
const anyConcurrent = /\bINDEX\s+CONCURRENTLY\b/i;

export interface ConcurrentIndex {
  readonly name: string;
  readonly does: 'build' | 'drop';
}

/** An index that is built concurrently needs a name, by which what a failure left is found. */
export class NamelessIndexError extends Error {
  constructor() {
    super(
      'an index that is built or dropped CONCURRENTLY must be named in a statement of its own: what is left by one that was ended is found by its name',
    );
    this.name = 'NamelessIndexError';
  }
}

/** The index that a statement builds or drops concurrently; null when it does not. */
export function concurrentIndexOf(sql: string): ConcurrentIndex | null {
  const bare = sql.replaceAll(/--.*$/gm, '');
  const built = create.exec(bare)?.[1];
  if (built !== undefined) return { name: built, does: 'build' };
  const dropped = drop.exec(bare)?.[1];
  if (dropped !== undefined) return { name: dropped, does: 'drop' };
  if (anyConcurrent.test(bare)) throw new NamelessIndexError();
  return null;
}

/**
 * Builds or drops an index beside readers and writers. A build that was ended leaves an INVALID
 * index, over which IF NOT EXISTS would succeed: it is dropped before the build, and after one that
 * failed. With a lock_timeout either would fail behind any long transaction (55P03): so it begins
 * when there is none, waits without that limit, and has one for all of it.
 *
 * @throws {MigrationBusyError} when it could not begin within the patience, or end in its time.
 */
export async function changeIndex(
  db: Queryable,
  { name, does }: ConcurrentIndex,
  sql: string,
  patience: Patience,
  limitMs: number = defaultLimitMs,
): Promise<void> {
  await untilNoLongTransaction(db, name, patience);
  await db.query('SET lock_timeout = 0');
  await dropInvalid(db, name);
  // Valid: it was built by a run that was ended before it could note that.
  if (does === 'build' && (await validity(db, name)) === true) return;
  await db.query(`SET statement_timeout = ${limitMs}`);
  try {
    await db.query(sql);
  } catch (error) {
    await cleanUp(db, name);
    if (!isCancelled(error)) throw error;
    if (patience.signal.aborted) throw new InterruptedError(`the ${does} of ${name}`);
    throw new MigrationBusyError(`the ${does} of index ${name} did not end`, limitMs);
  }
  await db.query('SET statement_timeout = 0');
  if (does === 'build' && (await validity(db, name)) !== true) {
    throw new Error(`index ${name} is not valid`);
  }
}

/** Whether the index of a name is valid; null when there is none. */
async function validity(db: Queryable, name: string): Promise<boolean | null> {
  const { rows } = await db.query<{ indisvalid: boolean }>(
    `SELECT indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relname = $1 AND c.relnamespace = 'public'::regnamespace`,
    [name],
  );
  return rows[0]?.indisvalid ?? null;
}

async function dropInvalid(db: Queryable, name: string): Promise<void> {
  if ((await validity(db, name)) !== false) return;
  await db.query(`DROP INDEX CONCURRENTLY IF EXISTS "${name}"`);
}

/** Who was in the way of the build is in the way of this too: what stays is dropped by the next run. */
async function cleanUp(db: Queryable, name: string): Promise<void> {
  await db.query(`SET statement_timeout = ${cleanUpMs}`);
  await dropInvalid(db, name).catch(() => {});
  await db.query('SET statement_timeout = 0');
}

async function untilNoLongTransaction(
  db: Queryable,
  name: string,
  patience: Patience,
): Promise<void> {
  for (let told = false; ; told = true) {
    const [holder] = await longTransactions(db);
    if (holder === undefined) return;
    if (patience.signal.aborted) throw new InterruptedError(`index ${name}`);
    if (Date.now() > patience.deadline) {
      throw new MigrationBusyError(`index ${name} waited (${holder})`, patience.ms);
    }
    if (!told) patience.say(`index ${name} waits: ${holder}`);
    await sleep(pollMs);
  }
}
