import { changes } from '../changes/changes.ts';
import type { ReleaseName } from '../releases.ts';
import { lastBegun, releasesOf } from '../schema-change/change-releases.ts';
import { appliedMigrations } from '../schema-change/ddl/runner.ts';
import { nextExpand } from '../schema-change/migration-plan.ts';
import { readSchema, readState, stateOf } from '../schema-change/schema-state.ts';
import { contract, expand, install, type StepOptions } from '../schema-change/steps.ts';
import { type GateFlags, gateOptions, tellGate } from './gate.ts';
import { gateLines } from './output.ts';
import { changeOf, type Session, type Work } from './session.ts';

interface StepFlags extends GateFlags {
  readonly release?: ReleaseName;
  readonly patience: number;
  readonly indexTimeout?: number;
}

function stepOptions(session: Session, flags: StepFlags, release: ReleaseName): StepOptions {
  return {
    changes,
    databaseUrl: session.config.databaseUrl,
    release,
    patienceMs: flags.patience * 1000,
    ...gateOptions(session, flags),
    ...(flags.indexTimeout !== undefined && { indexMs: flags.indexTimeout * 1000 }),
    say: session.output.say,
    signal: session.signal,
    onReport: (report) => {
      if (!flags.json) for (const line of gateLines(report)) session.output.say(line);
    },
  };
}

export const runExpand: Work<StepFlags> = async (session, flags) => {
  const release = flags.release ?? nextExpand(await appliedMigrations(session.pool));
  const applied = await expand(stepOptions(session, flags, release));
  return stepDone(session, applied, 'expanded');
};

export const runInstall: Work<StepFlags & { ifEmpty: boolean }> = async (session, flags) => {
  const isThere = flags.ifEmpty && (await appliedMigrations(session.pool)).length > 0;
  if (isThere) return stepDone(session, [], 'installed');
  const applied = await install(stepOptions(session, flags, flags.release ?? '1.0'));
  return stepDone(session, applied, 'installed');
};

export const runContract: Work<StepFlags & { check: boolean }> = async (session, flags) => {
  // Not the one under way: that is the next one already when the command is repeated.
  const change = await changeOf(session.pool, flags, lastBegun);
  if (flags.check) return tellGate(session, flags, 'contract', change);
  const release = flags.release ?? releasesOf(change.name).contract.name;
  if ((await readState(session.pool, change.name)) === 'contracted') {
    return stepDone(session, [], 'contracted');
  }
  return stepDone(session, await contract(stepOptions(session, flags, release)), 'contracted');
};

async function stepDone(session: Session, applied: string[], word: string): Promise<number> {
  const told = applied.length === 0 ? 'nothing to apply' : `${word}: ${applied.join(', ')}`;
  const schema = await readSchema(session.pool);
  const states = changes.map(({ name }) => ({
    change: name,
    state: schema === null ? 'empty' : stateOf(schema, name),
  }));
  const shown = states.map(({ change, state }) => `${change} is "${state}"`).join(', ');
  session.output.result({ applied, schema: states }, [`${told}; ${shown}`]);
  return 0;
}
