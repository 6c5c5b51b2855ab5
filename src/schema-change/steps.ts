import { type ReleaseName, releaseOf } from '../releases.ts';
import type { SchemaChange } from './change.ts';
import { type GateOptions, GateRefusedError, type GateReport } from './gate/gate.ts';
import { askGateOf } from './gate/gates.ts';
import { migrate } from './migrate.ts';
import { changeRelaxedBy, plan } from './migration-plan.ts';
import { assertNotGoingBack } from './rollback/way-back.ts';

export interface StepOptions extends GateOptions {
  /** All changes that the releases ship. */
  readonly changes: readonly SchemaChange[];
  readonly databaseUrl: string;
  readonly release: ReleaseName;
  readonly patienceMs: number;
  /** Longest time for one index that is built concurrently. */
  readonly indexMs?: number;
  readonly say: (line: string) => void;
  /** Ends what is under way; what was done stays done. */
  readonly signal?: AbortSignal;
  readonly onReport: (report: GateReport) => void;
}

/** Sets an empty database up for a release at once. */
export function install(options: StepOptions): Promise<string[]> {
  return migrate({ ...options, step: 'install' });
}

/**
 * Applies the expand migrations of a release and of those before it.
 *
 * @throws {GateRefusedError} when one of them excludes a release that may still be needed.
 */
export function expand(options: StepOptions): Promise<string[]> {
  return migrate({
    ...options,
    step: 'expand',
    async before(session, pending) {
      const relaxed = changeRelaxedBy(pending);
      const isNew = pending[0] === plan[0]?.name;
      if (!isNew) await assertNotGoingBack(session, options.changes);
      if (relaxed === null || isNew) return;
      const change = changeCalled(relaxed, options);
      await pass(await askGateOf('relax', session.client, change, options), options);
    },
  });
}

/**
 * Drops the old shape, if the gate lets it.
 *
 * @throws {GateRefusedError} with the evidence; nothing was changed then.
 */
export function contract(options: StepOptions): Promise<string[]> {
  return migrate({
    ...options,
    step: 'contract',
    async before(session) {
      await assertNotGoingBack(session, options.changes);
      const change = changeCalled(releaseOf(options.release).ships, options);
      await pass(await askGateOf('contract', session.client, change, options), options);
    },
  });
}

function changeCalled(name: string | null, { changes }: StepOptions): SchemaChange {
  const change = changes.find((candidate) => candidate.name === name);
  if (change === undefined) throw new Error(`src/releases.ts ships no known change "${name}"`);
  return change;
}

async function pass(report: GateReport, options: StepOptions): Promise<void> {
  options.onReport(report);
  if (!report.passed) throw new GateRefusedError(report);
}
