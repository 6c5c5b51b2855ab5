import type { Logger } from 'pino';
import type { Queryable } from '../platform/postgres/postgres.ts';
import type { Release } from '../releases.ts';
import type { PhaseTracker } from './phases/phase-tracker.ts';
import { writesOldOnly } from './phases/phases.ts';
import type { Usage } from './phases/usage.ts';
import {
  assertMayRun,
  RefusedToRunError,
  type Schema,
  type SchemaRow,
  schemaRowsSql,
  toSchema,
} from './schema-state.ts';

// Times are the database's own: instances are compared with each other and with verifications.
const beatSql = `
WITH beat AS (
  INSERT INTO service_instances AS i
    (instance_id, release, heartbeat_ms, rights_denied_at, rights_denied)
  VALUES ($1, $2, $3, CASE WHEN $4::bigint > 0 THEN now() END, $4)
  ON CONFLICT (instance_id) DO UPDATE SET
    release = excluded.release,
    heartbeat_ms = excluded.heartbeat_ms,
    last_seen_at = now(),
    stopped_at = NULL,
    rights_denied_at = coalesce(excluded.rights_denied_at, i.rights_denied_at),
    rights_denied = i.rights_denied + excluded.rights_denied
), use AS (
  INSERT INTO service_instance_changes AS c
    (instance_id, change_name, phase, old_only_until, old_read_at, old_written_at)
  SELECT $1, change, phase, CASE WHEN old_only THEN now() END,
    CASE WHEN reads > 0 THEN now() END, CASE WHEN writes > 0 THEN now() END
  FROM unnest($5::text[], $6::text[], $7::boolean[], $8::bigint[], $9::bigint[])
    AS used (change, phase, old_only, reads, writes)
  ON CONFLICT (instance_id, change_name) DO UPDATE SET
    phase = excluded.phase,
    old_only_until = coalesce(excluded.old_only_until, c.old_only_until),
    old_read_at = coalesce(excluded.old_read_at, c.old_read_at),
    old_written_at = coalesce(excluded.old_written_at, c.old_written_at)
)
${schemaRowsSql}`;

const stopSql = `
UPDATE service_instances SET stopped_at = now(), last_seen_at = now() WHERE instance_id = $1`;

/**
 * A replica whose heartbeats have gone unanswered for so many, and at least so long, is not ready.
 *
 * All replicas lose a database that is gone, and a router that finds none of them ready answers in
 * its own words: no problem document, no Retry-After, and nothing of what needs no database either.
 * So the time is longer than a restart or most failovers take (20 s by default): until then the
 * replicas answer 503 themselves, and nobody moves. Beyond it the likelier case is the one that
 * readiness is for: this replica alone cannot reach the database, and others can serve its customers.
 */
const silentBeats = 10;
const leastSilenceMs = 5_000;

export interface HeartbeatOptions {
  readonly db: Queryable;
  readonly instanceId: string;
  readonly release: Release;
  readonly everyMs: number;
  readonly tracker: Pick<PhaseTracker, 'takeUsage' | 'giveBack' | 'schemaIs'>;
  readonly log: Logger;
  /** The schema moved on to where this release must not run. */
  readonly onRefused: (reason: string) => void;
}

export interface Heartbeat {
  /** Why the replica cannot get traffic, as far as the database is concerned; null when it can. */
  notReady(): string | null;
  /** Tells the database for the first time, now, and from then on at its pace. */
  start(): Promise<void>;
  /** The last words: what was used since the last beat, and that the instance has ended. */
  stop(): Promise<void>;
}

/**
 * Made but not yet started; then it tells the database at a steady pace that this instance lives,
 * which phases it is in and which old columns it used, and learns in the same statement what the
 * schema has become.
 */
export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { db, tracker, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let answeredAt: number | undefined;
  let running: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const usage = tracker.takeUsage();
    try {
      const schema = await sendBeat(options, usage);
      answeredAt = performance.now();
      assertMayRun(options.release, schema);
      tracker.schemaIs(schema);
    } catch (error) {
      if (error instanceof RefusedToRunError) {
        options.onRefused(error.message);
        return;
      }
      tracker.giveBack(usage);
      log.warn({ err: error }, 'heartbeat failed');
    }
  }

  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      running = send().finally(schedule);
    }, options.everyMs);
  }

  function notReady(): string | null {
    if (answeredAt === undefined) return 'no heartbeat has reached the database yet';
    const silentMs = performance.now() - answeredAt;
    if (silentMs < Math.max(silentBeats * options.everyMs, leastSilenceMs)) return null;
    return `the database has not answered a heartbeat for ${Math.floor(silentMs / 1000)} s`;
  }

  return {
    notReady,
    async start() {
      running = send().finally(schedule);
      await running;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await send();
      await db.query(stopSql, [options.instanceId]).catch((error: unknown) => {
        log.warn({ err: error }, 'could not sign off');
      });
    },
  };
}

async function sendBeat(options: HeartbeatOptions, usage: Usage): Promise<Schema> {
  const changes = [...usage.changes];
  const { rows } = await options.db.query<SchemaRow & Record<string, string | null>>(beatSql, [
    ...[options.instanceId, options.release.name, options.everyMs, usage.rightsDenied],
    changes.map(([name]) => name),
    changes.map(([, { oldestPhase }]) => oldestPhase.name),
    changes.map(([, { oldestPhase }]) => writesOldOnly(oldestPhase)),
    changes.map(([, { oldReads }]) => oldReads),
    changes.map(([, { oldWrites }]) => oldWrites),
  ]);
  return toSchema(rows);
}
