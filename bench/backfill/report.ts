import { align } from '../report.ts';
import { type Figure, figure } from '../results.ts';
import type { Verdict } from './goals.ts';
import type { IdleRun } from './idle.ts';
import type { LiveRun } from './live.ts';
import type { Window } from './load/windows.ts';

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const tenth = (value: number): string => value.toFixed(1);

/** The median, with the least and the most of the rounds when there are more than one. */
function spread({ median, least, most }: Figure, write: (value: number) => string): string {
  return least === most ? write(median) : `${write(median)} (${write(least)}–${write(most)})`;
}

/** Runs of the same kind, in the order of their first. */
function grouped<Run>(runs: readonly Run[], name: (run: Run) => string): Run[][] {
  return [...Map.groupBy(runs, name).values()];
}

export function idleTable(idle: readonly IdleRun[]): string {
  const header = ['orders', 'filling', 'rows', 'done', 's', 'rows/s', 'RSS MiB start → peak'];
  const more = ['WAL MiB', 'tables MiB', 'indexes MiB', 'dead rows', 'HOT'];
  const groups = grouped(
    idle.toSorted((a, b) => a.orders - b.orders),
    (run) => `${run.orders} ${run.filling}`,
  );
  return align([[...header, ...more], ...groups.map(idleCells)]);
}

function idleCells(runs: readonly IdleRun[]): string[] {
  const of = (value: (run: IdleRun) => number) => figure(runs.map(value));
  const middle = (value: (run: IdleRun) => number) => of(value).median;
  const [first] = runs;
  const memory = (key: 'start' | 'peak') => tenth(middle((run) => run.rssMib?.[key] ?? Number.NaN));
  const grown = (key: 'tableMib' | 'indexMib') =>
    `${count(middle((run) => run.before[key]))} → ${count(middle((run) => run.after[key]))}`;
  return [
    count(first?.orders ?? 0),
    first?.filling ?? '',
    count(first?.rowsTotal ?? 0),
    `${count(100 * middle((run) => run.rows / run.rowsTotal))} %`,
    spread(
      of((run) => run.seconds),
      tenth,
    ),
    spread(
      of((run) => run.rowsPerSecond),
      count,
    ),
    first?.rssMib === undefined ? '–' : `${memory('start')} → ${memory('peak')}`,
    count(middle(({ before, after }) => after.walMib - before.walMib)),
    grown('tableMib'),
    grown('indexMib'),
    count(middle(({ after }) => after.deadRows)),
    `${count(100 * middle(({ after }) => after.hotRows / (after.updatedRows || 1)))} %`,
  ];
}

export function liveTable(live: readonly LiveRun[]): string {
  const latencies = ['p50', 'p99', 'longest'].map((name) => `${name} ms before / during / after`);
  const header = ['filling', 'done', 's', 'rows/s', ...latencies, 'requests', 'failed'];
  return align([header, ...grouped(live, ({ filling }) => filling).map(liveCells)]);
}

function liveCells(runs: readonly LiveRun[]): string[] {
  const of = (value: (run: LiveRun) => number) => figure(runs.map(value));
  const windows = ['before', 'during', 'after'] as const;
  const three = (value: (window: Window) => number, write: (value: number) => string) =>
    windows
      .map((name) =>
        spread(
          of((run) => value(run[name])),
          write,
        ),
      )
      .join(' / ');
  const sum = (value: (run: LiveRun) => number) => runs.reduce((all, run) => all + value(run), 0);
  const filled = runs.some(({ rows }) => rows > 0);
  return [
    runs[0]?.filling ?? '',
    `${count(100 * of((run) => run.rows / run.rowsTotal).median)} %`,
    spread(
      of((run) => run.seconds),
      count,
    ),
    filled
      ? spread(
          of((run) => run.rowsPerSecond),
          count,
        )
      : '–',
    three((window) => window.p50Ms, tenth),
    three((window) => window.p99Ms, tenth),
    three((window) => window.longestMs, count),
    count(sum((run) => run.during.requests)),
    count(sum((run) => run.during.failed)),
  ];
}

/** How the loop's pace changes from its first tenth to its last, at the largest size. */
export function loopLines(idle: readonly IdleRun[]): string[] {
  const runs = idle.filter(({ filling }) => filling === 'naive');
  const largest = runs.toSorted((a, b) => b.orders - a.orders)[0];
  return (largest?.paces ?? []).map(
    ({ table, first, last }) =>
      `naive loop, ${table} of ${count(largest?.orders ?? 0)} orders: ${count(first)} rows/s in its first tenth, ${count(last)} in its last`,
  );
}

/** What the customers were told when it was not what they asked for. */
export function failureLines(live: readonly LiveRun[]): string[] {
  return live.flatMap(({ filling, during }) =>
    during.failure === undefined ? [] : [`${filling}: the first failure: ${during.failure}`],
  );
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ goal, limit, measured, holds }) => [
    goal,
    limit,
    measured,
    holds ? 'holds' : 'does not hold',
  ]);
  return align([['goal', 'limit', 'measured', ''], ...rows]);
}
