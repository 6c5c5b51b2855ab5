import { median, regression } from '../statistics.ts';
import type { IdleRun } from './idle.ts';
import { rowsOf } from './seed.ts';

/** What a table of a hundred million orders would take, and by which arithmetic. */
export interface Projection {
  readonly orders: number;
  readonly rows: number;
  /** At the largest size that was measured. */
  readonly rowsPerSecond: number;
  /** Change of rows a second with each tenfold of the rows, as a factor; never above 1. */
  readonly perTenfold: number;
  /** With that factor for each tenfold from there on. */
  readonly projectedRowsPerSecond: number;
  readonly seconds: number;
  readonly walGib: number;
  readonly tableGib: number;
  readonly grownGib: number;
}

/**
 * Carries the engine's idle speed on to `orders`. log(rows/s) over log(rows) is a straight line
 * when each tenfold costs the same factor, as one more level of an index would; a line that rises
 * is not believed, since what makes small tables slower (the start, the first plan) is spread thin.
 * Bytes grow with the rows.
 */
export function project(idle: readonly IdleRun[], orders: number): Projection | null {
  const runs = idle.filter(({ filling }) => filling === 'engine');
  const largest = Math.max(...runs.map((run) => run.orders));
  const last = runs.filter((run) => run.orders === largest);
  if (last.length === 0) return null;
  const middle = (value: (run: IdleRun) => number) => median(last.map(value));
  const measured = middle((run) => run.rowsTotal);
  // The smallest sizes are over before the caches of process and server are warm.
  const points = runs
    .filter((run) => run.orders >= largest / 10)
    .map((run) => ({ x: Math.log10(run.rowsTotal), y: Math.log10(run.rowsPerSecond) }));
  const { slope } = regression(points);
  const perTenfold = 10 ** Math.min(0, Number.isFinite(slope) ? slope : 0);
  const rows = rowsOf(orders);
  const rowsPerSecond = middle((run) => run.rowsPerSecond);
  const projectedRowsPerSecond = rowsPerSecond * perTenfold ** Math.log10(rows / measured);
  const gib = (mib: number) => (mib * rows) / measured / 1024;
  return {
    orders,
    rows,
    rowsPerSecond,
    perTenfold,
    projectedRowsPerSecond,
    seconds: rows / projectedRowsPerSecond,
    walGib: gib(middle(({ before, after }) => after.walMib - before.walMib)),
    tableGib: gib(middle(({ before }) => before.tableMib + before.indexMib)),
    grownGib: gib(middle(({ after }) => after.tableMib + after.indexMib)),
  };
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The projection in one line, with its arithmetic. */
export function describeProjection(p: Projection): string {
  const hours = (seconds: number) => `${(seconds / 3600).toFixed(1)} h`;
  const walPerSecond = (p.walGib * 1024) / p.seconds;
  return (
    `${count(p.orders)} orders: ${count(p.rows)} rows / ${count(p.rowsPerSecond)} rows/s = ` +
    `${hours(p.rows / p.rowsPerSecond)}; with × ${p.perTenfold.toFixed(3)} a tenfold, ` +
    `${count(p.rows)} / ${count(p.projectedRowsPerSecond)} = ${hours(p.seconds)}; ` +
    `WAL ${count(p.walGib)} GiB (${walPerSecond.toFixed(0)} MiB/s), ` +
    `tables and indexes ${count(p.tableGib)} → ${count(p.grownGib)} GiB`
  );
}
