import { inChange, isReleaseName, releaseOf, type SchemaState } from '../../releases.ts';
import { failed, passed } from '../gate/evidence.ts';
import type { Check, GateContext } from '../gate/gate.ts';
import { connectedReleases, liveInstances } from '../instances.ts';
import { findNewOnly } from './misfits.ts';
import type { RollbackTarget } from './targets.ts';

/** Before a change goes back to a state: from there on what does not run on it would fail. */
export const rollbackChecks: Readonly<Record<RollbackTarget, readonly Check[]>> = {
  baseline: [...usersRunOn('baseline'), { name: 'old-columns-required', run: oldIsRequired }],
  expanded: [...usersRunOn('expanded'), { name: 'rows-fit-old-shape', run: rowsFit }],
};

/** The checks that take no time, for a second look once newcomers are shut out. */
export function usersRunOn(target: SchemaState): readonly Check[] {
  const runs = (release: string, change: string) =>
    isReleaseName(release) && inChange(releaseOf(release), change).runsOn.includes(target);
  return [
    {
      name: 'live-instances',
      async run({ db, change }) {
        const live = await liveInstances(db, change.name);
        const bad = live.filter(
          ({ release, phase }) => !runs(release, change.name) || phase === 'new',
        );
        if (bad.length === 0) return passed(`${live.length} live, all of them run on "${target}"`);
        const named = bad.map(({ id, release }) => `${id} (release ${release})`);
        return failed(`alive and not able to run on "${target}": ${named.join(', ')}`);
      },
    },
    {
      name: 'live-sessions',
      async run({ db, change }) {
        const sessions = await connectedReleases(db);
        const bad = sessions.filter(({ release }) => !runs(release, change.name));
        if (bad.length === 0) {
          return passed(`${sessions.length} instances connected, all of them run on "${target}"`);
        }
        const named = bad.map(({ instance, release }) => `${instance} (release ${release})`);
        return failed(`connected and not able to run on "${target}": ${named.join(', ')}`);
      },
    },
  ];
}

// Found out from the rows themselves: every one that the new releases have written.
async function rowsFit({ db, change }: GateContext) {
  const { fillable, misfits, samples } = await findNewOnly(db, change);
  return misfits === 0
    ? passed(`${fillable} rows have the new shape alone, and all have a place in the old one`)
    : failed(`${misfits} rows have no place in the old shape, for example ${samples.join('; ')}`);
}

// The new columns are about to go: the old ones must hold everything, which NOT NULL proves.
async function oldIsRequired({ db, change }: GateContext) {
  const { rows } = await db.query<{ name: string }>(
    `SELECT c.relname || '.' || a.attname AS name
     FROM unnest($1::text[], $2::text[]) AS old (table_name, column_name)
     JOIN pg_class c ON c.oid = to_regclass(old.table_name)
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = old.column_name
     WHERE NOT a.attnotnull ORDER BY 1`,
    [
      change.tables.flatMap(({ table, old }) => old.map(() => table)),
      change.tables.flatMap(({ old }) => old.map(({ name }) => name)),
    ],
  );
  return rows.length === 0
    ? passed('every old column is NOT NULL')
    : failed(`may be NULL: ${rows.map(({ name }) => name).join(', ')}`);
}
