import { changes } from '../changes/changes.ts';
import type { Config } from '../config.ts';
import { reapExpiredKeys } from '../idempotency/reaper.ts';
import { createReconciler, type ReconcilerDeps } from '../payments/reconciler.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPeriodic, type Periodic } from '../platform/process/periodic.ts';
import { watchBackfills } from './watch-backfills.ts';

/** A look reads some dozen rows, and a backfill that is worth watching takes minutes. */
const backfillPollMs = 5_000;

type JobDeps = Omit<ReconcilerDeps, 'onBacklog' | 'onReconciled'> & { readonly metrics: Metrics };

/** What a replica does without being asked. Any number of replicas may do it at the same time. */
export function createJobs(config: Config, deps: JobDeps): Periodic[] {
  const { database, log, metrics } = deps;
  const reconcile = createReconciler({
    ...deps,
    onBacklog(kind, { count, oldestSeconds }) {
      metrics.paymentsPending.set({ kind }, count);
      metrics.oldestPendingSeconds.set({ kind }, oldestSeconds);
    },
    onReconciled: (kind, outcome) => metrics.reconciled.inc({ kind, outcome }),
  });
  const reap = async () => {
    const reaped = await reapExpiredKeys(database);
    if (reaped > 0) log.info({ reaped }, 'idempotency keys expired');
  };
  const watch = () => watchBackfills(database, changes, metrics);
  return [
    createPeriodic('reconciling', config.reconcileMs, reconcile, log),
    createPeriodic('reaping idempotency keys', config.reapMs, reap, log),
    createPeriodic('watching backfills', backfillPollMs, watch, log),
  ];
}
