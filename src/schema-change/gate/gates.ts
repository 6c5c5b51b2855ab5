import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { ReleaseName, SchemaState } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import { oldestOn, releasesOf } from '../change-releases.ts';
import { rollbackChecks } from '../rollback/checks.ts';
import { RollbackRefusedError, targetOf } from '../rollback/targets.ts';
import { readState } from '../schema-state.ts';
import { failed, passed } from './evidence.ts';
import { askGate, type Check, type GateName, type GateOptions, type GateReport } from './gate.ts';
import { instancesAreNew, oldColumnsUnused, schemaIs, sessionsAreNew } from './instance-checks.ts';
import { rowsEqual, rowsFilled, verifiedSinceOldWriters, verifiedTwice } from './row-checks.ts';
import { backupTested, brownoutPassed, nothingDepends } from './step-checks.ts';

/** What stands before a step. */
export interface Gate {
  readonly means: string;
  /** The oldest release that may run once the step is done. */
  readonly oldestRelease: (change: string) => ReleaseName;
  /** What is asked, in this order, by the change and the state that it is in. */
  readonly checks: (change: string, state: SchemaState | 'empty') => readonly Check[];
}

/** Whoever asks again after the step hears that there is nothing left to do, as the step itself says. */
function done(states: readonly SchemaState[], checks: readonly Check[]): Gate['checks'] {
  return (_change, state) =>
    states.some((known) => known === state)
      ? [{ name: 'schema-state', run: async () => passed(`the schema is "${state}" already`) }]
      : checks;
}

const relaxChecks = [
  schemaIs('expanded'),
  instancesAreNew,
  sessionsAreNew,
  verifiedSinceOldWriters,
];

const contractChecks = [
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

/** Every gate. One more is one more row. */
export const gates: Readonly<Record<GateName, Gate>> = {
  relax: {
    means: 'the old columns may be left NULL: from here on the oldest release cannot come back',
    oldestRelease: (change) => oldestOn(change, 'relaxed').name,
    checks: done(['relaxed', 'contracted'], relaxChecks),
  },
  contract: {
    means: 'the old columns are dropped: from here on nothing can come back',
    oldestRelease: (change) => oldestOn(change, 'contracted').name,
    checks: done(['contracted'], contractChecks),
  },
  rollback: {
    means: 'the change goes one step back',
    oldestRelease: (change) => releasesOf(change).expand.name,
    checks: stepBackChecks,
  },
};

export const gateNames = Object.keys(gates) as readonly GateName[];

/** The gate before the next step from a state. */
export function nextGate(state: SchemaState | 'empty'): GateName {
  return state === 'expanded' ? 'relax' : 'contract';
}

/** Asks a gate by its name. The one function that commands, HTTP and the steps themselves ask. */
export async function askGateOf(
  name: GateName,
  db: Queryable,
  change: SchemaChange,
  options: GateOptions,
): Promise<GateReport> {
  const gate = gates[name];
  const state = (await readState(db, change.name)) ?? 'empty';
  const oldestRelease = gate.oldestRelease(change.name);
  const checks = gate.checks(change.name, state);
  return askGate(name, checks, { ...options, db, change, oldestRelease });
}

function stepBackChecks(change: string, state: SchemaState | 'empty'): readonly Check[] {
  try {
    const target = targetOf(change, state);
    if (target !== null) return rollbackChecks[target];
    return [{ name: 'schema-state', run: async () => passed('there is nothing to take back') }];
  } catch (error) {
    if (!(error instanceof RollbackRefusedError)) throw error;
    return [{ name: 'schema-state', run: async () => failed(error.message) }];
  }
}
