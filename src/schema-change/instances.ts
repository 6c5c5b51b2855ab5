import type { Queryable } from '../platform/postgres/postgres.ts';
import { isReleaseName, type ReleaseName } from '../releases.ts';
import type { Phase } from './phases/phases.ts';

/**
 * An instance counts as alive for this many heartbeats after its last one, and never for less
 * than `leastGraceMs`: a replica that is merely slow must not be taken for gone.
 */
const graceHeartbeats = 5;
const leastGraceMs = 2_000;

/** SQL that is true for an instance that may still be at work. */
const isLive = `i.stopped_at IS NULL AND i.last_seen_at > now()
  - greatest(${graceHeartbeats} * i.heartbeat_ms, ${leastGraceMs}) * interval '1 millisecond'`;

export interface Instance {
  readonly id: string;
  readonly release: string;
  /** The oldest phase that any of its requests could be in at its last heartbeat. */
  readonly phase: Phase['name'];
  readonly lastSeenAt: Date;
}

/**
 * The instances that may be at work now, by their heartbeats, with their phases in a change. One
 * whose code has not heard of the change uses the old shape.
 */
export async function liveInstances(db: Queryable, change: string): Promise<Instance[]> {
  const { rows } = await db.query<{
    instance_id: string;
    release: string;
    phase: Phase['name'];
    last_seen_at: Date;
  }>(
    `SELECT i.instance_id, i.release, coalesce(c.phase, 'old') AS phase, i.last_seen_at
     FROM service_instances i
     LEFT JOIN service_instance_changes c ON c.instance_id = i.instance_id AND c.change_name = $1
     WHERE ${isLive} ORDER BY i.release, i.instance_id`,
    [change],
  );
  return rows.map((row) => ({
    id: row.instance_id,
    release: row.release,
    phase: row.phase,
    lastSeenAt: row.last_seen_at,
  }));
}

/** After an instance's last statement, which signs it off, its sessions are closed in less. */
const signOffMs = 1_000;

// A pooler keeps its connections, each under the name of whoever used it last: what an instance has
// left behind and not used since it signed off is nobody's session. Whoever may not see when another
// login's session was used (pg_read_all_stats) counts it.
const sessionsSql = `
  SELECT DISTINCT application_name FROM pg_stat_activity a
  WHERE datname = current_database() AND application_name LIKE 'scaleretail/%/%'
    AND NOT (state = 'idle' AND EXISTS (
      SELECT FROM service_instances i
      WHERE i.instance_id = regexp_replace(a.application_name, '^scaleretail/[^/]*/', '')
        AND a.query_start < i.stopped_at + ${signOffMs} * interval '1 millisecond'))
  ORDER BY application_name`;

/**
 * Releases that have sessions open on this database, whether or not they send heartbeats. Behind a
 * pooler they are not all: one that has been still for a while has no session that is named after it.
 */
export async function connectedReleases(
  db: Queryable,
): Promise<{ release: ReleaseName; instance: string }[]> {
  const { rows } = await db.query<{ application_name: string }>(sessionsSql);
  return rows.flatMap(({ application_name }) => {
    const [, release = '', ...instance] = application_name.split('/');
    return isReleaseName(release) ? [{ release, instance: instance.join('/') }] : [];
  });
}

// An instance whose code has not heard of the change counts none of it and may do all of it.
const oldUseSql = `
  WITH used AS (
    SELECT i.last_seen_at, i.stopped_at, i.heartbeat_ms, i.rights_denied, i.rights_denied_at,
      CASE WHEN c.instance_id IS NULL THEN i.last_seen_at ELSE c.old_read_at END AS read_at,
      CASE WHEN c.instance_id IS NULL THEN i.last_seen_at ELSE c.old_written_at END AS written_at,
      CASE WHEN c.instance_id IS NULL THEN i.last_seen_at ELSE c.old_only_until END AS only_until
    FROM service_instances i
    LEFT JOIN service_instance_changes c ON c.instance_id = i.instance_id AND c.change_name = $1)
  SELECT max(read_at) AS last_read, max(written_at) AS last_written,
    max(only_until + CASE WHEN stopped_at IS NULL AND only_until = last_seen_at
      THEN heartbeat_ms * interval '1 millisecond' ELSE interval '0' END) AS old_only_until,
    coalesce(sum(rights_denied), 0)::bigint AS rights_denied,
    max(rights_denied_at) AS rights_denied_at
  FROM used`;

/** When the columns of the old shape were last used, by the instances' own counts. */
export interface OldUse {
  readonly lastRead: Date | null;
  readonly lastWritten: Date | null;
  /**
   * Until when some instance may have written the old shape alone. An instance that vanished
   * without signing off may have written up to one heartbeat longer than it said.
   */
  readonly oldOnlyUntil: Date | null;
  readonly rightsDenied: number;
  readonly rightsDeniedAt: Date | null;
}

/** The use of a change's old columns, by all instances that have ever reported. */
export async function oldUse(db: Queryable, change: string): Promise<OldUse> {
  const { rows } = await db.query<{
    last_read: Date | null;
    last_written: Date | null;
    old_only_until: Date | null;
    rights_denied: number;
    rights_denied_at: Date | null;
  }>(oldUseSql, [change]);
  const [row] = rows;
  return {
    lastRead: row?.last_read ?? null,
    lastWritten: row?.last_written ?? null,
    oldOnlyUntil: row?.old_only_until ?? null,
    rightsDenied: row?.rights_denied ?? 0,
    rightsDeniedAt: row?.rights_denied_at ?? null,
  };
}

export async function databaseNow(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not tell the time');
  return row.now;
}
