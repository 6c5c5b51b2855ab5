import { median } from '../statistics.ts';
import type { Filling } from './fillings.ts';
import type { IdleRun } from './idle.ts';
import { drawPlot, type Series } from './plot.ts';

/**
 * pgroll's own benchmark on its own machine, one table, PostgreSQL "latest" of November 2024:
 * dev/benchmark-results/testdata/benchmark-results.json at 860f5a9 of github.com/xataio/pgroll.
 */
export const pgroll: Series = {
  name: 'pgroll, their machine',
  colour: 4,
  dashed: true,
  points: [
    { x: 10_000, y: 56_164 },
    { x: 100_000, y: 27_459 },
    { x: 300_000, y: 10_614 },
  ],
};

const drawn: readonly { filling: Filling; name: string; colour: Series['colour'] }[] = [
  { filling: 'one-update', name: 'one UPDATE a table', colour: 2 },
  { filling: 'engine', name: 'npm run schema -- backfill', colour: 1 },
  { filling: 'naive', name: 'naive loop', colour: 3 },
];

/** Rows a second over the number of rows, the median of the rounds. */
export function speedsPlot(idle: readonly IdleRun[]): string {
  const series = drawn.flatMap(({ filling, ...one }): Series[] => {
    const runs = idle.filter((run) => run.filling === filling);
    const totals = [...new Set(runs.map(({ rowsTotal }) => rowsTotal))].sort((a, b) => a - b);
    const points = totals.map((x) => ({
      x,
      y: median(runs.filter((run) => run.rowsTotal === x).map((run) => run.rowsPerSecond)),
    }));
    return points.length === 0 ? [] : [{ ...one, points }];
  });
  return drawPlot({
    title: 'Backfill when nobody else works: speed by size',
    xLabel: 'rows to fill (logarithmic)',
    yLabel: 'rows a second',
    series: [...series, pgroll],
  });
}
