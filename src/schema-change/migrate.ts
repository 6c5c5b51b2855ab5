import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { type Queryable, sqlState } from '../platform/postgres/postgres.ts';
import type { ReleaseName } from '../releases.ts';
import { longLockHolders } from './lock-holders.ts';
import { assertInOrder, pendingFor, plan, type Step } from './migration-plan.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number will do, as long as every runner takes the same one in this database. */
const advisoryLock = 7_239_114_001;

/**
 * How long DDL may wait for its lock, try by try. Whoever comes after it in the queue waits as
 * long, a plain SELECT too: so it begins with hardly any wait, which is enough between two short
 * transactions, and never waits longer than the last of these.
 */
export const lockTimeoutsMs = [5, 10, 20, 40, 80, 160, 250];
/** Between two tries, spread by chance; doubled from the first to the last. */
const pauseMs = { first: 50, most: 2_000 };

/** Failures after which the same migration can simply be tried again: nothing was changed. */
const retryable = new Map([
  ['55P03', 'lock_not_available'],
  ['40P01', 'deadlock_detected'],
]);

export interface MigrateOptions {
  readonly databaseUrl: string;
  readonly step: Step;
  readonly release: ReleaseName;
  /** How long to go on trying for locks. */
  readonly patienceMs: number;
  readonly say: (line: string) => void;
  /** Asked under the advisory lock when there is something to apply; throws to refuse. */
  readonly before?: (db: Queryable, pending: readonly string[]) => Promise<void>;
}

/** Another runner held the lock, or a table was busy, for longer than there was patience. */
export class MigrationBusyError extends Error {
  constructor(what: string, patienceMs: number) {
    super(`${what} for ${patienceMs / 1000} s; nothing was changed, run the command again`);
    this.name = 'MigrationBusyError';
  }
}

/** The folder or the database has migrations that the table of releases does not know. */
export class UnknownMigrationError extends Error {
  constructor(where: string, names: readonly string[]) {
    super(`${where} ${names.join(', ')}, which no release in src/releases.ts lists`);
    this.name = 'UnknownMigrationError';
  }
}

/** `install` skips all care, which only a database that nobody uses can bear. */
export class NotEmptyError extends Error {
  constructor() {
    super('install is for an empty database, and this one has a schema: use expand and contract');
    this.name = 'NotEmptyError';
  }
}

/**
 * Applies the migrations of one step of a release, and those of older releases' `expand` before
 * it. A contract migration is applied only when it is asked for by name of its release: being
 * present in the folder is not enough. Safe to run twice and by two runners at once.
 *
 * @returns the names of what was applied; empty when there was nothing to do.
 * @throws {StepTooEarlyError} when a step of another kind lies in between.
 * @throws {MigrationBusyError} when no lock was to be had in `patienceMs`.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  await assertFolderIsKnown();
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: 'scaleretail/schema',
  });
  await client.connect();
  try {
    const deadline = Date.now() + options.patienceMs;
    await takeLock(client, options, deadline);
    return await applyPending(client, options, deadline);
  } finally {
    await client.end(); // the advisory lock goes with the session, however this ended
  }
}

/** Names of the migrations that a database has, in order. */
export async function appliedMigrations(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ there: boolean }>(
    `SELECT to_regclass('pgmigrations') IS NOT NULL AS there`,
  );
  if (rows[0]?.there !== true) return [];
  const applied = await db.query<{ name: string }>('SELECT name FROM pgmigrations ORDER BY id');
  return applied.rows.map((row) => row.name);
}

async function assertFolderIsKnown(): Promise<void> {
  const known = plan.map((migration) => `${migration.name}.sql`);
  const strange = (await readdir(migrationsFolder)).filter((file) => !known.includes(file));
  if (strange.length > 0) throw new UnknownMigrationError('migrations/ holds', strange);
}

async function takeLock(
  client: pg.Client,
  options: MigrateOptions,
  deadline: number,
): Promise<void> {
  for (let told = false; ; told = true) {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS taken',
      [advisoryLock],
    );
    if (rows[0]?.taken === true) return;
    if (!told) options.say('another migration is running; waiting for it');
    if (Date.now() > deadline) {
      throw new MigrationBusyError('another migration was running', options.patienceMs);
    }
    await sleep(200);
  }
}

// What is pending is worked out under the lock: before it, another runner may still add to it.
async function applyPending(
  client: pg.Client,
  options: MigrateOptions,
  deadline: number,
): Promise<string[]> {
  const applied = await appliedMigrations(client);
  const unknown = applied.filter((name) => !plan.some((migration) => migration.name === name));
  if (unknown.length > 0) throw new UnknownMigrationError('the database has', unknown);
  if (options.step === 'install' && applied.length > 0) throw new NotEmptyError();
  const pending = pendingFor(options.step, options.release, applied);
  if (pending.length === 0) return [];
  await options.before?.(client, pending);
  assertInOrder(options, pending, applied);
  for (const name of pending) await applyOne(client, name, options, deadline);
  return pending;
}

async function applyOne(
  client: pg.Client,
  name: string,
  options: MigrateOptions,
  deadline: number,
): Promise<void> {
  let wait = pauseMs.first;
  let told = '';
  for (let tries = 0; ; ) {
    const [holder] = await longLockHolders(client);
    const reason = holder ?? (await tryFirstPending(client, lockTimeoutsMs[tries++]));
    if (reason === null) {
      options.say(`applied ${name}`);
      return;
    }
    if (Date.now() > deadline) {
      throw new MigrationBusyError(`${name} got no lock (${reason})`, options.patienceMs);
    }
    if (reason !== told) options.say(`${name} waits: ${reason}`);
    told = reason;
    await sleep(wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, pauseMs.most);
  }
}

/** Null when it was applied; otherwise why it was not, and nothing was changed. */
async function tryFirstPending(
  client: pg.Client,
  lockTimeoutMs = lockTimeoutsMs.at(-1),
): Promise<string | null> {
  await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
  try {
    await runFirstPending(client);
    return null;
  } catch (error) {
    const reason = retryable.get(sqlState(error) ?? '');
    if (reason === undefined) throw error;
    await client.query('ROLLBACK');
    return reason;
  }
}

// `count: 1` with the order checked: the one that comes next, which `pendingFor` has named.
async function runFirstPending(client: pg.Client): Promise<void> {
  await runner({
    dbClient: client,
    dir: migrationsFolder,
    migrationsTable: 'pgmigrations',
    direction: 'up',
    count: 1,
    checkOrder: true,
    noLock: true, // ours is held already, and theirs would not cover the choice of what to apply
    singleTransaction: false,
    log: () => {},
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
}
