import { inChange, type ReleaseName, releases, type SchemaState } from '../releases.ts';
import { type Phase, phasesAllowedOn } from './phases/phases.ts';
import { mayRun, refusalOf, type Schema, stateOf } from './schema-state.ts';

/** What a release would do on the present schema, as far as one change is concerned. */
export interface Outlook {
  readonly release: ReleaseName;
  readonly runs: boolean;
  /** The phases that it would choose from by the flags; none where it does not run. */
  readonly phases: readonly Phase['name'][];
  /** Why it would refuse, in a few words; null where it runs. */
  readonly refusal: string | null;
}

/** What each release would do now, oldest first. */
export function outlookOn(schema: Schema, change: string): Outlook[] {
  return [...releases.values()].map((release) => {
    const refusal = refusalOf(release, schema);
    const runs = refusal === null;
    const allowed = phasesAllowedOn[stateOf(schema, change)];
    const phases = inChange(release, change).phases.filter((phase) => allowed.includes(phase));
    return { release: release.name, runs, phases: runs ? phases : [], refusal };
  });
}

/** The releases that run on a state of a change and on what the schema is now. */
export function runOnBoth(schema: Schema, change: string, target: SchemaState): ReleaseName[] {
  return [...releases.values()]
    .filter((each) => mayRun(each, schema) && inChange(each, change).runsOn.includes(target))
    .map(({ name }) => name);
}
