import type { Queryable } from '../../../platform/postgres/postgres.ts';
import { cheapMs, type Reading, type Signal } from './signal.ts';

// A subscriber of logical replication is no replica that customers read from, and a running
// pg_basebackup replays nothing.
const sql = `
  SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS written,
    count(*) FILTER (WHERE r.state IN ('streaming', 'catchup')) AS replicas,
    count(*) FILTER (WHERE r.pid IS NOT NULL AND r.state IS NULL) AS hidden,
    min(pg_wal_lsn_diff(r.replay_lsn, '0/0'))
      FILTER (WHERE r.state IN ('streaming', 'catchup'))::bigint AS replayed
  FROM (SELECT) one LEFT JOIN pg_stat_replication r
    ON NOT EXISTS (SELECT FROM pg_replication_slots s
                   WHERE s.active_pid = r.pid AND s.slot_type = 'logical')`;

interface Row {
  readonly written: number;
  readonly replicas: number;
  readonly hidden: number;
  readonly replayed: number | null;
}

/**
 * How old the data of the slowest replica is. The `replay_lag` of pg_stat_replication does not
 * say: it is what the last replayed record took, and stands still while the replay is paused. So
 * positions of the WAL are remembered with their times: the oldest that is not replayed yet is
 * the age.
 */
export const replicaLag: Signal = {
  name: 'replica-lag',
  unit: 's',
  means: 'how far the slowest streaming replica is behind',
  threshold: 1.5, // gh-ost's default for --max-lag-millis
  everyMs: cheapMs,
  watch({ db }) {
    const positions = createPositions();
    return async () => read(await look(db), positions, performance.now());
  },
};

async function look(db: Queryable): Promise<Row> {
  const { rows } = await db.query<Row & Record<string, unknown>>(sql);
  const [row] = rows;
  if (row === undefined) throw new Error('pg_stat_replication gave no answer');
  return row;
}

function read(row: Row, positions: ReturnType<typeof createPositions>, at: number): Reading {
  if (row.hidden > 0) {
    return { kind: 'unwatched', note: 'replicas are hidden from this login: GRANT pg_monitor' };
  }
  positions.note(at, row.written);
  if (row.replicas === 0) return { kind: 'quiet', note: 'no replica' };
  const value = positions.ageBeyond(row.replayed ?? 0, at) / 1000;
  return { kind: 'measured', value, note: `${row.replicas} replicas` };
}

/** More than an hour of looks at the densest; beyond it every other one is enough. */
const mostPositions = 40_000;

/** Positions of the WAL with the time (ms) at which each was the end of it. */
export function createPositions() {
  let kept: { at: number; written: number }[] = [];
  return {
    note(at: number, written: number): void {
      // The time that counts is when a position was first the end, not when it was last so.
      if (kept.at(-1)?.written !== written) kept.push({ at, written });
      if (kept.length > mostPositions) kept = kept.filter((_, index) => index % 2 === 0);
    },
    /** Age in ms of the oldest position beyond `replayed`; forgets those that are replayed. */
    ageBeyond(replayed: number, at: number): number {
      const first = kept.findIndex(({ written }) => written > replayed);
      if (first === -1) kept = [];
      else if (first > 0) kept = kept.slice(first);
      const [oldest] = kept;
      return oldest === undefined ? 0 : at - oldest.at;
    },
  };
}
