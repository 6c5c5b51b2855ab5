import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { inChange, isReleaseName, releaseOf } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import { liveInstances } from '../instances.ts';
import { readSchema, stateOf } from '../schema-state.ts';
import type { Brownout } from './record.ts';
import { endBrownout } from './switch-rights.ts';

const pollMs = 250;

export interface BrownoutResult {
  readonly outcome: 'passed' | 'undone';
  readonly reason: string | null;
}

/** A brownout under way, and the session that holds its watcher's lock. */
export interface Watch {
  readonly pool: pg.Pool;
  readonly client: pg.PoolClient;
  readonly change: SchemaChange;
  readonly id: number;
  readonly metrics: () => Promise<string | null>;
}

/** Watches until the window ends, somebody misses a right, or somebody else ends it. */
export async function watch(
  what: Watch,
  options: { readonly signal: AbortSignal; readonly onTick: (secondsLeft: number) => void },
): Promise<BrownoutResult> {
  const { pool, client, change, id } = what;
  for (;;) {
    const now = await lookAt(client, id);
    if (now.outcome === 'undone') return { outcome: 'undone', reason: now.reason };
    const reason = await reasonToUndo(what, now.denied, options.signal);
    if (reason !== null) {
      await endBrownout(pool, change, reason);
      return { outcome: 'undone', reason };
    }
    if (now.secondsLeft <= 0 && (await notePassed(client, id))) {
      return { outcome: 'passed', reason: null };
    }
    options.onTick(Math.max(0, Math.ceil(now.secondsLeft)));
    await sleep(Math.max(0, Math.min(pollMs, now.secondsLeft * 1000)));
  }
}

/** @returns whether nobody has ended it in the same moment. */
async function notePassed(db: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE brownouts SET outcome = 'passed', finished_at = now()
     WHERE id = $1 AND outcome = 'watching'`,
    [id],
  );
  return rowCount === 1;
}

async function reasonToUndo(
  { client, change, metrics }: Watch,
  denied: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return 'interrupted';
  if (denied !== null) return `${denied} was refused a statement (42501)`;
  const url = await metrics();
  if (url !== null) return `${url} counted a refused statement (42501)`;
  const reasons = await reasonsAgainst(client, change);
  return reasons.length === 0 ? null : reasons.join('; ');
}

interface Look {
  readonly outcome: Brownout['outcome'];
  readonly reason: string | null;
  readonly secondsLeft: number;
  /** The first instance that reported a refused right since the rights were taken. */
  readonly denied: string | null;
}

async function lookAt(db: Queryable, id: number): Promise<Look> {
  const { rows } = await db.query<{ [field in keyof Look]: Look[field] }>(
    `SELECT outcome, reason,
       extract(epoch FROM ends_at - clock_timestamp())::float8 AS "secondsLeft",
       (SELECT instance_id || ' (release ' || release || ')' FROM service_instances
        WHERE rights_denied_at >= started_at ORDER BY rights_denied_at LIMIT 1) AS denied
     FROM brownouts b WHERE id = $1`,
    [id],
  );
  const gone: Look = { outcome: 'undone', reason: 'its row is gone', secondsLeft: 0, denied: null };
  return rows[0] ?? gone;
}

/** Why the rights must not be away now; empty when they may be. */
export async function reasonsAgainst(db: Queryable, change: SchemaChange): Promise<string[]> {
  const schema = await readSchema(db);
  const state = schema === null ? 'empty' : stateOf(schema, change.name);
  if (state !== 'relaxed') return [`the schema is "${state}" and must be "relaxed"`];
  const back = schema?.goingBack.get(change.name);
  if (back !== undefined) return [`the schema is on its way back to "${back}"`];
  const instances = await liveInstances(db, change.name);
  return instances
    .filter(
      ({ release }) =>
        !isReleaseName(release) ||
        inChange(releaseOf(release), change.name).phases.some((phase) => phase !== 'new'),
    )
    .map(({ id, release }) => `${id} (release ${release}) uses the old columns`);
}
