import { hostname } from 'node:os';
import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { Right } from './rights.ts';

/** Any number will do, as long as no other advisory lock of this database has it as its first half. */
const lockClass = 72_391_140;

/** The second half of the watcher's lock: positive, so that it reads the same in pg_locks. */
const lockKey = `(hashtext($1) & 2147483647)`;

/** The last brownout of a change, as the database has it. */
export interface Brownout {
  readonly id: number;
  readonly outcome: 'watching' | 'passed' | 'undone';
  readonly reason: string | null;
  readonly startedAt: Date;
  readonly endsAt: Date;
  readonly finishedAt: Date | null;
  readonly windowSeconds: number;
  /** Who watches, or did. */
  readonly watcher: string;
  /** `watching`, and whoever did so is gone: nobody would give the rights back. */
  readonly abandoned: boolean;
  /** What was taken away, and is still away unless it was undone. */
  readonly rights: readonly Right[];
}

/** Null when none was held. */
export async function lastBrownout(db: Queryable, change: string): Promise<Brownout | null> {
  const { rows } = await db.query<{
    id: number;
    outcome: Brownout['outcome'];
    reason: string | null;
    started_at: Date;
    ends_at: Date;
    finished_at: Date | null;
    window_seconds: number;
    watcher: string;
    watched: boolean;
    rights: Right[];
  }>(
    `SELECT id, outcome, reason, started_at, ends_at, finished_at, window_seconds, watcher, rights,
       EXISTS (
         SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND classid = ${lockClass} AND objid = ${lockKey}::oid) AS watched
     FROM brownouts WHERE change_name = $1 ORDER BY id DESC LIMIT 1`,
    [change],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    outcome: row.outcome,
    reason: row.reason,
    startedAt: row.started_at,
    endsAt: row.ends_at,
    finishedAt: row.finished_at,
    windowSeconds: row.window_seconds,
    watcher: row.watcher,
    abandoned: row.outcome === 'watching' && !row.watched,
    rights: row.rights,
  };
}

/**
 * Becomes the watcher of a change's brownouts for as long as the session lasts. Whoever is killed
 * loses it with the session.
 *
 * @returns whether nobody else is.
 */
export async function becomeWatcher(client: pg.PoolClient, change: string): Promise<boolean> {
  // A machine that is gone without a word must not look like a watcher for two hours.
  await client.query('SET tcp_keepalives_idle = 5').catch(() => {});
  await client
    .query('SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3')
    .catch(() => {});
  const { rows } = await client.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_lock(${lockClass}, ${lockKey}) AS taken`,
    [change],
  );
  return rows[0]?.taken === true;
}

/** This process, for a person who looks for it. */
export function thisWatcher(): string {
  return `process ${process.pid} on ${hostname()}`;
}
