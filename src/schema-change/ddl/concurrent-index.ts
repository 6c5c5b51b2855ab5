import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { longTransactions } from '../lock-holders.ts';
import { InterruptedError, MigrationBusyError, type Patience } from './lock-tries.ts';
import { isCancelled } from './session.ts';

/**
 * Longest that one index may take to build. It stops nobody meanwhile, so this is no guard of the
 * service but the end of a wait for a transaction that never ends.
 */
const defaultBuildMs = 4 * 3_600_000;
const pollMs = 200;

const pattern =
  /^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(?!ON\b)"?(\w+)"?\s+ON\s/i;
const anyConcurrent = /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\b/i;

/** An index that is built concurrently needs a name, by which what a failure left is found. */
export class NamelessIndexError extends Error {
  constructor() {
    super(
      'an index that is built CONCURRENTLY must be a statement of its own and have a name: what a build that was ended leaves behind is found by it',
    );
    this.name = 'NamelessIndexError';
  }
}

/** The name of the index that a statement builds concurrently; null when it does not. */
export function concurrentIndexOf(sql: string): string | null {
  const bare = sql.replaceAll(/--.*$/gm, '');
  const name = pattern.exec(bare)?.[1];
  if (name !== undefined) return name;
  if (anyConcurrent.test(bare)) throw new NamelessIndexError();
  return null;
}

/**
 * Builds an index beside readers and writers. A build that was ended leaves an INVALID index, over
 * which IF NOT EXISTS would succeed: it is dropped before the build, and after one that failed.
 * With a lock_timeout the build would fail behind any long transaction (55P03): so it begins when
 * there is none, waits without that limit, and has one for all of it.
 *
 * @throws {MigrationBusyError} when it could not begin within the patience, or end in its time.
 */
export async function buildIndex(
  db: Queryable,
  name: string,
  sql: string,
  patience: Patience,
  buildMs: number = defaultBuildMs,
): Promise<void> {
  await untilNoLongTransaction(db, name, patience);
  await db.query(`SET lock_timeout = 0`);
  await dropInvalid(db, name);
  // Valid: it was built by a run that was ended before it could note that.
  if ((await validity(db, name)) === true) return;
  await db.query(`SET statement_timeout = ${buildMs}`);
  try {
    await db.query(sql);
  } catch (error) {
    await db.query(`SET statement_timeout = 0`);
    await dropInvalid(db, name);
    if (!isCancelled(error)) throw error;
    if (patience.signal.aborted) throw new InterruptedError(`building ${name}`);
    throw new MigrationBusyError(`index ${name} was not built`, buildMs);
  }
  await db.query(`SET statement_timeout = 0`);
  if ((await validity(db, name)) !== true) throw new Error(`index ${name} is not valid`);
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

async function untilNoLongTransaction(
  db: Queryable,
  name: string,
  patience: Patience,
): Promise<void> {
  for (let told = false; ; told = true) {
    const [holder] = await longTransactions(db);
    if (holder === undefined) return;
    if (patience.signal.aborted) throw new InterruptedError(`building ${name}`);
    if (Date.now() > patience.deadline) {
      throw new MigrationBusyError(`building ${name} waited (${holder})`, patience.ms);
    }
    if (!told) patience.say(`building ${name} waits: ${holder}`);
    await sleep(pollMs);
  }
}
