import { readdir } from 'node:fs/promises';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { plan } from '../migration-plan.ts';
import { changeIndex, concurrentIndexOf } from './concurrent-index.ts';
import { lockTogether, tablesLockedBy } from './lock-together.ts';
import { withLocks } from './lock-tries.ts';
import type { MigrationSession } from './session.ts';

const migrationsFolder = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** The folder or the database has migrations that the table of releases does not know. */
export class UnknownMigrationError extends Error {
  constructor(where: string, names: readonly string[]) {
    super(`${where} ${names.join(', ')}, which no release in src/releases.ts lists`);
    this.name = 'UnknownMigrationError';
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

/** @throws {UnknownMigrationError} when a file or an applied migration is listed by no release. */
export async function assertAllKnown(applied: readonly string[]): Promise<void> {
  const known = plan.map(({ name }) => name);
  const files = await readdir(migrationsFolder);
  const strange = files.filter((file) => !known.includes(parse(file).name));
  if (strange.length > 0) throw new UnknownMigrationError('migrations/ holds', strange);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UnknownMigrationError('the database has', unknown);
}

export interface MigrationRun {
  readonly name: string;
  readonly direction: 'up' | 'down';
  /** Where the file lies; absent: the folder of this project. */
  readonly folder?: string;
  /** Longest time for one index that is built concurrently. */
  readonly indexMs?: number | undefined;
}

/**
 * Runs one migration, with locks as `withLocks` gets them. It counts as applied, or as taken back,
 * in the transaction that does its work. One outside a transaction (a `.ts` file whose functions
 * call `pgm.noTransaction()`) counts when all of its statements have succeeded and the indexes
 * that it builds are valid.
 */
export async function runMigration(session: MigrationSession, run: MigrationRun): Promise<void> {
  const { client, patience } = session;
  await withLocks(client, run.name, patience, () => runOnce(session, run));
  patience.say(`${run.direction === 'up' ? 'applied' : 'took back'} ${run.name}`);
}

async function runOnce(session: MigrationSession, run: MigrationRun): Promise<void> {
  const done = await runner({
    dbClient: carefulClient(session, run.indexMs),
    dir: run.folder ?? migrationsFolder,
    migrationsTable: 'pgmigrations',
    direction: run.direction,
    file: run.name,
    count: 1,
    checkOrder: true,
    noLock: true, // ours is held already, and theirs would not cover the choice of what to apply
    singleTransaction: false,
    log: () => {},
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  if (done.length !== 1) throw new Error(`${run.name} was not there to be run ${run.direction}`);
}

/**
 * The session's client, which builds and drops concurrent indexes with the care that they need, and asks for
 * the locks of several tables at once.
 */
function carefulClient({ client, patience }: MigrationSession, indexMs?: number): pg.Client {
  const query = async (text: string, values?: unknown[]) => {
    const index = concurrentIndexOf(text);
    if (index !== null) return changeIndex(client, index, text, patience, indexMs);
    const tables = tablesLockedBy(text);
    if (tables.length > 1) await lockTogether(client, tables);
    return client.query(text, values);
  };
  return Object.create(client, { query: { value: query } });
}
