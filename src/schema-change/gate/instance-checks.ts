import { compareReleases, isReleaseName, type SchemaState } from '../../releases.ts';
import { connectedReleases, liveInstances, oldUse } from '../instances.ts';
import { readState } from '../schema-state.ts';
import { ago, failed, passed } from './evidence.ts';
import type { Check, GateContext } from './gate.ts';

function tooOld(release: string, context: GateContext): boolean {
  return !isReleaseName(release) || compareReleases(release, context.oldestRelease) < 0;
}

/** The schema is in one state of the change. */
export function schemaIs(state: SchemaState): Check {
  return {
    name: 'schema-state',
    async run({ db, change }) {
      const is = await readState(db, change.name);
      const found = `the schema is "${is ?? 'empty'}"`;
      return is === state ? passed(found) : failed(`${found} and must be "${state}"`);
    },
  };
}

export const instancesAreNew: Check = {
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
export const sessionsAreNew: Check = {
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

export const oldColumnsUnused: Check = {
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

/** Since when the use of the old columns is being reported; null when nobody reports now. */
async function observedSince(db: GateContext['db'], change: string): Promise<Date | null> {
  if ((await liveInstances(db, change)).length === 0) return null;
  const { rows } = await db.query<{ since: Date | null }>(
    'SELECT min(started_at) AS since FROM service_instances',
  );
  return rows[0]?.since ?? null;
}
