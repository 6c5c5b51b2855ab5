import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { sqlState } from '../../platform/postgres/postgres.ts';
import { type Transaction, transaction } from '../../platform/postgres/transaction.ts';
import type { SchemaChange } from '../change.ts';
import { lastBrownout, thisWatcher } from './record.ts';
import { giveBack, rightsOnOld, serviceRole, takeAway } from './rights.ts';

/**
 * Takes the rights away and notes the brownout, in one transaction.
 *
 * @returns the brownout's id.
 * @throws {RightsRemainError} when the role would keep a right.
 */
export function beginBrownout(
  pool: pg.Pool,
  change: SchemaChange,
  seconds: number,
): Promise<number> {
  return changingRights(pool, async (db) => {
    const last = await lastBrownout(db, change.name);
    const goesOn = last?.outcome === 'passed';
    const rights = goesOn ? last.rights : await rightsOnOld(db, change, serviceRole);
    if (goesOn) {
      await db.query(
        `UPDATE brownouts SET outcome = 'undone', reason = 'started anew', finished_at = now()
         WHERE id = $1`,
        [last.id],
      );
    }
    const { rows } = await db.query<{ id: number }>(
      `INSERT INTO brownouts (change_name, window_seconds, ends_at, watcher, rights)
       VALUES ($1, $2::int, now() + $2::int * interval '1 second', $3, $4) RETURNING id`,
      [change.name, seconds, thisWatcher(), JSON.stringify(rights)],
    );
    await takeAway(db, change, serviceRole, rights);
    const [row] = rows;
    if (row === undefined) throw new Error('the brownout was not noted');
    return row.id;
  });
}

/** Gives the rights back that a brownout took. @returns whether one had taken any. */
export function endBrownout(pool: pg.Pool, change: SchemaChange, reason: string): Promise<boolean> {
  return changingRights(pool, async (db) => {
    const last = await lastBrownout(db, change.name);
    if (last === null || last.outcome === 'undone') return false;
    await giveBack(db, serviceRole, last.rights);
    await db.query(
      `UPDATE brownouts SET outcome = 'undone', reason = $2, finished_at = now() WHERE id = $1`,
      [last.id, reason],
    );
    return true;
  });
}

/** How often a change of rights is tried that DDL was in the way of. */
const rightsTries = 20;
const rightsPauseMs = 100;

// GRANT and REVOKE lock the table as a SELECT does, so nobody queues behind them. DDL in an open
// transaction is in their way (55P03), or was and has written to the same catalogue row (XX000).
async function changingRights<T>(pool: pg.Pool, work: (db: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(pool, work);
    } catch (error) {
      const inTheWay = ['55P03', 'XX000'].includes(sqlState(error) ?? '');
      if (attempt >= rightsTries || !inTheWay) throw error;
      await sleep(rightsPauseMs);
    }
  }
}
