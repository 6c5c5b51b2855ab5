import { inChange, type Release, releases, type SchemaState } from '../releases.ts';
import type { SchemaChange } from './change.ts';
import { type Schema, stateOf } from './schema-state.ts';

/** The releases that a change is shipped in, in their order. */
export interface ChangeReleases {
  /** Expands, and has the code for both shapes. */
  readonly expand: Release;
  /** Relaxes, and has the code for the new shape alone. */
  readonly relax: Release;
  /** Contracts. */
  readonly contract: Release;
}

/** @throws {Error} when no release ships the change as one of the three, which is a mistake in the table. */
export function releasesOf(change: string): ChangeReleases {
  const shipped = [...releases.values()].filter(({ ships }) => ships === change);
  const contract = shipped.find((release) => release.contract.length > 0);
  const relax = shipped.find((release) => onlyNew(release, change));
  const [expand] = shipped;
  if (expand === undefined || relax === undefined || contract === undefined) {
    throw new Error(`src/releases.ts ships no whole change "${change}"`);
  }
  return { expand, relax, contract };
}

/** Whether all that a release's code can do with a change is to use its new shape. */
export function onlyNew(release: Release, change: string): boolean {
  return inChange(release, change).phases.every((phase) => phase === 'new');
}

/** The oldest release that runs on a state of a change. */
export function oldestOn(change: string, state: SchemaState): Release {
  const oldest = [...releases.values()].find((r) => inChange(r, change).runsOn.includes(state));
  if (oldest === undefined) throw new Error(`no release runs on "${state}" of "${change}"`);
  return oldest;
}

/**
 * The last change that has begun, or the first. It stays the same when it is completed, so that
 * a step that completes a change can be repeated.
 */
export function lastBegun(changes: readonly SchemaChange[], schema: Schema | null): SchemaChange {
  const begun = changes.findLast(
    ({ name }) => schema !== null && stateOf(schema, name) !== 'baseline',
  );
  const change = begun ?? changes[0];
  if (change === undefined) throw new Error('there are no changes');
  return change;
}

/**
 * The first change that is not complete: they are made one after the other. When all are, or the
 * database is empty, the last or the first.
 */
export function changeUnderWay(
  changes: readonly SchemaChange[],
  schema: Schema | null,
): SchemaChange {
  const next = changes.find(
    ({ name }) => schema === null || stateOf(schema, name) !== 'contracted',
  );
  const change = next ?? changes.at(-1);
  if (change === undefined) throw new Error('there are no changes');
  return change;
}
