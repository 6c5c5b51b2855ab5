import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Queryable } from '../platform/postgres/postgres.ts';
import { transaction } from '../platform/postgres/transaction.ts';
import { inChange, isReleaseName, releaseOf } from '../releases.ts';
import type { SchemaChange } from './change.ts';
import { liveInstances, oldUse } from './instances.ts';
import { readState } from './schema-state.ts';

/** The role that the baseline migration makes; what it may do is what the service may do. */
export const serviceRole = 'scaleretail_api';

/** The rights that the migrations gave the role on the old columns. */
const rights = ['SELECT', 'INSERT'];

const pollMs = 250;

export interface BrownoutOptions {
  readonly windowSeconds: number;
  readonly signal: AbortSignal;
  readonly onTick: (secondsLeft: number) => void;
}

export interface BrownoutResult {
  readonly outcome: 'passed' | 'undone';
  readonly reason: string | null;
}

/** A brownout now would hurt a release that needs the old columns. */
export class BrownoutRefusedError extends Error {
  constructor(reasons: readonly string[]) {
    super(`brownout refused: ${reasons.join('; ')}`);
    this.name = 'BrownoutRefusedError';
  }
}

/**
 * Takes the service's rights on the old columns away and watches for a whole window. A statement
 * that still needs them fails with 42501, an instance reports it, and the rights are given back
 * at once. When nobody missed them they stay taken away, until contract drops the columns.
 *
 * @throws {BrownoutRefusedError} when the schema or a live instance is not ready for it.
 */
export async function brownout(
  pool: pg.Pool,
  change: SchemaChange,
  options: BrownoutOptions,
): Promise<BrownoutResult> {
  await assertMayBrownOut(pool, change);
  const { rightsDenied: before } = await oldUse(pool, change.name);
  const id = await begin(pool, change, options.windowSeconds);
  const end = Date.now() + options.windowSeconds * 1000;
  for (let left = end - Date.now(); left > 0; left = end - Date.now()) {
    options.onTick(Math.ceil(left / 1000));
    await sleep(Math.min(pollMs, left));
    if (options.signal.aborted) return undo(pool, change, id, 'interrupted');
    const denied = (await oldUse(pool, change.name)).rightsDenied - before;
    if (denied > 0) return undo(pool, change, id, `${denied} statements were refused (42501)`);
  }
  await pool.query(`UPDATE brownouts SET outcome = 'passed', finished_at = now() WHERE id = $1`, [
    id,
  ]);
  return { outcome: 'passed', reason: null };
}

/** Gives the rights back, whatever state a brownout is in. Safe to repeat. */
export async function undoBrownout(pool: pg.Pool, change: SchemaChange): Promise<void> {
  if ((await readState(pool, change.name)) === 'contracted') {
    throw new BrownoutRefusedError([
      'the old columns are dropped; there are no rights to give back',
    ]);
  }
  await undo(pool, change, null, 'undone by hand');
}

async function assertMayBrownOut(db: Queryable, change: SchemaChange): Promise<void> {
  const state = await readState(db, change.name);
  const reasons: string[] = [];
  if (state !== 'relaxed') {
    reasons.push(`the schema is "${state ?? 'empty'}" and must be "relaxed"`);
  } else {
    for (const { id, release } of await liveInstances(db, change.name)) {
      const usesOld =
        !isReleaseName(release) ||
        inChange(releaseOf(release), change.name).phases.some((phase) => phase !== 'new');
      if (usesOld) reasons.push(`${id} (release ${release}) uses the old columns`);
    }
  }
  if (reasons.length > 0) throw new BrownoutRefusedError(reasons);
}

async function begin(pool: pg.Pool, change: SchemaChange, seconds: number): Promise<number> {
  return transaction(pool, async (db) => {
    await db.query(
      `UPDATE brownouts SET outcome = 'undone', reason = 'started anew', finished_at = now()
       WHERE change_name = $1 AND outcome <> 'undone'`,
      [change.name],
    );
    const { rows } = await db.query<{ id: number }>(
      'INSERT INTO brownouts (change_name, window_seconds) VALUES ($1, $2) RETURNING id',
      [change.name, seconds],
    );
    for (const sql of rightsSql('REVOKE', change)) await db.query(sql);
    const [row] = rows;
    if (row === undefined) throw new Error('the brownout was not noted');
    return row.id;
  });
}

async function undo(
  pool: pg.Pool,
  change: SchemaChange,
  id: number | null,
  reason: string,
): Promise<BrownoutResult> {
  await transaction(pool, async (db) => {
    for (const sql of rightsSql('GRANT', change)) await db.query(sql);
    await db.query(
      `UPDATE brownouts SET outcome = 'undone', reason = $3, finished_at = now()
       WHERE change_name = $1 AND outcome <> 'undone' AND ($2::bigint IS NULL OR id = $2)`,
      [change.name, id, reason],
    );
  });
  return { outcome: 'undone', reason };
}

function rightsSql(verb: 'GRANT' | 'REVOKE', change: SchemaChange): string[] {
  const direction = verb === 'GRANT' ? 'TO' : 'FROM';
  return change.tables.map(({ table, old }) => {
    const columns = old.map(({ name }) => name).join(', ');
    const list = rights.map((right) => `${right} (${columns})`).join(', ');
    return `${verb} ${list} ON ${table} ${direction} ${serviceRole}`;
  });
}
