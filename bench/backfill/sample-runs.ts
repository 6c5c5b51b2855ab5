import type { Footprint } from './footprint.ts';
import type { IdleRun } from './idle.ts';
import type { LiveRun } from './live.ts';
import type { Window } from './load/windows.ts';
import { rowsOf } from './seed.ts';

/** Runs for tests: all that a test does not name is as dull as can be. */
const footprint: Footprint = {
  tableMib: 1,
  indexMib: 1,
  walMib: 0,
  deadRows: 0,
  updatedRows: 0,
  hotRows: 0,
};

export function idleRun(run: Partial<IdleRun> & Pick<IdleRun, 'filling' | 'orders'>): IdleRun {
  const rows = rowsOf(run.orders);
  const speed = { seconds: 1, rows, rowsTotal: rows, rowsPerSecond: rows };
  return { round: 0, ...speed, before: footprint, after: footprint, ...run };
}

const quiet: Window = {
  seconds: 1,
  requests: 100,
  p50Ms: 1,
  p99Ms: 10,
  longestMs: 20,
  failed: 0,
};

interface LiveChanges extends Omit<Partial<LiveRun>, 'before' | 'during'> {
  readonly before?: Partial<Window>;
  readonly during?: Partial<Window>;
}

export function liveRun({ before, during, ...run }: LiveChanges): LiveRun {
  return {
    round: 0,
    filling: 'engine',
    seconds: 1,
    rows: 100,
    rowsTotal: 100,
    rowsPerSecond: 100,
    after: quiet,
    ...run,
    before: { ...quiet, ...before },
    during: { ...quiet, ...during },
  };
}
