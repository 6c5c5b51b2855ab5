import { stat } from 'node:fs/promises';
import { compareReleases, isReleaseName, type SchemaState } from '../releases.ts';
import { findDependents } from './dependents.ts';
import { ago, failed, passed } from './evidence.ts';
import type { Check, GateContext } from './gate.ts';
import { connectedReleases, liveInstances, oldUse } from './instances.ts';
import { rowsEqual, rowsFilled, verifiedSinceOldWriters, verifiedTwice } from './row-checks.ts';
import { readState } from './schema-state.ts';

const maxBackupAgeHours = 24;

function tooOld(release: string, context: GateContext): boolean {
  return !isReleaseName(release) || compareReleases(release, context.oldestRelease) < 0;
}

function schemaIs(state: SchemaState): Check {
  return {
    name: 'schema-state',
    async run({ db, change }) {
      const is = await readState(db, change.name);
      const found = `the schema is "${is ?? 'empty'}"`;
      return is === state ? passed(found) : failed(`${found} and must be "${state}"`);
    },
  };
}

const instancesAreNew: Check = {
  name: 'live-instances',
  async run(context) {
    const live = await liveInstances(context.db, context.change.name);
    const old = live.filter((instance) => tooOld(instance.release, context));
    if (old.length === 0) {
      return passed(`${live.length} live, all of release ${context.oldestRelease} or newer`);
    }
    const named = old.map(({ id, release }) => `${id} (release ${release})`);
    return failed(`older than ${context.oldestRelease} and alive: ${named.join(', ')}`);
  },
};

// Heartbeats are what an instance says of itself; its sessions are what the database sees of it.
const sessionsAreNew: Check = {
  name: 'live-sessions',
  async run(context) {
    const sessions = await connectedReleases(context.db);
    const old = sessions.filter(({ release }) => tooOld(release, context));
    if (old.length === 0) return passed(await sessionsEvidence(context, sessions));
    const named = old.map(({ instance, release }) => `${instance} (release ${release})`);
    return failed(`older than ${context.oldestRelease} and connected: ${named.join(', ')}`);
  },
};

/** What was seen, and what a pooler may have hidden: a replica's own sessions stay open all the time. */
async function sessionsEvidence(
  { db, change }: GateContext,
  sessions: readonly { readonly instance: string }[],
): Promise<string> {
  const seen = `${sessions.length} instances connected, none too old`;
  const ids = sessions.map(({ instance }) => instance);
  const live = await liveInstances(db, change.name);
  const unseen = live.filter(({ id }) => !ids.includes(id));
  return unseen.length === 0
    ? seen
    : `${seen}; not seen: ${unseen.length} that are alive (behind a pooler, or just gone)`;
}

const oldColumnsUnused: Check = {
  name: 'old-column-use',
  async run({ db, change, now, windowSeconds }) {
    const since = new Date(now.getTime() - windowSeconds * 1000);
    const watched = await observedSince(db, change.name);
    if (watched === null || watched > since) {
      return failed(
        `not observed for the whole window of ${windowSeconds} s: ${watched === null ? 'no live instance' : `reports begin ${watched.toISOString()}`}`,
      );
    }
    const { lastRead, lastWritten } = await oldUse(db, change.name);
    const told = `last read ${ago(lastRead, now)}, last written ${ago(lastWritten, now)}`;
    const used = [lastRead, lastWritten].some((at) => at !== null && at > since);
    return used
      ? failed(`${told}: within the window of ${windowSeconds} s`)
      : passed(`${told}; window ${windowSeconds} s`);
  },
};

const nothingDepends: Check = {
  name: 'dependents',
  async run({ db, change }) {
    const found = await findDependents(db, change);
    return found.length === 0
      ? passed('no view, function, index or constraint uses the old columns')
      : failed(found.join('; '));
  },
};

const brownoutPassed: Check = {
  name: 'brownout',
  async run({ db, change, now, windowSeconds }) {
    const { rows } = await db.query<{
      outcome: string;
      started_at: Date;
      window_seconds: number;
      reason: string | null;
    }>(
      `SELECT outcome, started_at, window_seconds, reason FROM brownouts
       WHERE change_name = $1 ORDER BY id DESC LIMIT 1`,
      [change.name],
    );
    const [last] = rows;
    if (last === undefined) return failed('no brownout was held');
    const told = `${last.outcome}, begun ${ago(last.started_at, now)}, window ${last.window_seconds} s${last.reason === null ? '' : `: ${last.reason}`}`;
    if (last.outcome !== 'passed') return failed(told);
    if (last.window_seconds < windowSeconds) {
      return failed(`${told}: shorter than the ${windowSeconds} s that are asked for`);
    }
    const { rightsDeniedAt } = await oldUse(db, change.name);
    const missed = rightsDeniedAt !== null && rightsDeniedAt > last.started_at;
    return missed
      ? failed(`${told}; rights were missed ${ago(rightsDeniedAt, now)}`)
      : passed(told);
  },
};

const backupTested: Check = {
  name: 'backup',
  async run({ backupStampFile, now }) {
    if (backupStampFile === undefined)
      return passed('not asked for (BACKUP_STAMP_FILE is not set)');
    const at = await stat(backupStampFile).then(
      (found) => found.mtime,
      () => null,
    );
    if (at === null) return failed(`${backupStampFile} is not there`);
    const hours = (now.getTime() - at.getTime()) / 3_600_000;
    const told = `last tested backup ${ago(at, now)}`;
    return hours <= maxBackupAgeHours
      ? passed(told)
      : failed(`${told}: older than ${maxBackupAgeHours} h`);
  },
};

/** Before the old columns may be left NULL: from here on release 1.0 cannot come back. */
export const relaxChecks: readonly Check[] = [
  schemaIs('expanded'),
  instancesAreNew,
  sessionsAreNew,
  verifiedSinceOldWriters,
];

/** Before the old columns are dropped: from here on nothing can come back. */
export const contractChecks: readonly Check[] = [
  schemaIs('relaxed'),
  instancesAreNew,
  sessionsAreNew,
  oldColumnsUnused,
  rowsFilled,
  rowsEqual,
  verifiedTwice,
  nothingDepends,
  brownoutPassed,
  backupTested,
];

/** Since when the use of the old columns is being reported; null when nobody reports now. */
async function observedSince(db: GateContext['db'], change: string): Promise<Date | null> {
  if ((await liveInstances(db, change)).length === 0) return null;
  const { rows } = await db.query<{ since: Date | null }>(
    'SELECT min(started_at) AS since FROM service_instances',
  );
  return rows[0]?.since ?? null;
}
