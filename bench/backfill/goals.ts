import { median, pairedRatios } from '../statistics.ts';
import type { Filling } from './fillings.ts';
import type { IdleRun } from './idle.ts';
import type { LiveRun } from './live.ts';

/** What the backfill has to keep to, and what it did. */
export interface Verdict {
  readonly goal: string;
  readonly limit: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** A backfill may add so much to the p99, whichever is more. */
const mostP99Ratio = 1.1;
const mostP99Ms = 5;
/** Of the one UPDATE's rows a second, when nobody else works. */
const leastOfOneUpdate = 0.5;
/** Of the rows a second at a tenth of the orders. */
const leastAtTenfold = 0.9;
/** Of the peak at a tenth of the orders. A page of rows kept by mistake would be far above it. */
const mostMemoryRatio = 1.1;

/** @param orders the largest size; a tenth of it is among the sizes. */
export function judge(
  idle: readonly IdleRun[],
  live: readonly LiveRun[],
  orders: number,
): Verdict[] {
  return [...judgeLive(live), ...judgeIdle(idle, orders)];
}

function judgeLive(live: readonly LiveRun[]): Verdict[] {
  const runs = live.filter(({ filling }) => filling === 'engine');
  if (runs.length === 0) return [];
  const added = median(runs.map(({ before, during }) => during.p99Ms - before.p99Ms));
  const ratio = median(runs.map(({ before, during }) => during.p99Ms / before.p99Ms));
  // Who does nothing disturbs nobody: how much was filled belongs to the figure.
  const done = median(runs.map(({ rows, rowsTotal }) => rows / rowsTotal));
  const failed = runs.reduce((sum, { during }) => sum + during.failed, 0);
  return [
    {
      goal: "the API's p99 during the backfill, beside before",
      limit: `≤ +${Math.round((mostP99Ratio - 1) * 100)} % or +${mostP99Ms} ms`,
      measured: `${percentMore(ratio)}, ${signed(added)} ms, ${Math.round(100 * done)} % filled`,
      holds: done > 0 && (ratio <= mostP99Ratio || added <= mostP99Ms),
    },
    {
      goal: 'requests that failed during the backfill',
      limit: '0',
      measured: String(failed),
      holds: failed === 0,
    },
  ];
}

function judgeIdle(idle: readonly IdleRun[], orders: number): Verdict[] {
  const of = (filling: Filling, size: number, value: (run: IdleRun) => number) =>
    idle.filter((run) => run.filling === filling && run.orders === size).map(value);
  const speed = ({ rowsPerSecond }: IdleRun) => rowsPerSecond;
  const peak = ({ rssMib }: IdleRun) => rssMib?.peak ?? Number.NaN;
  const engine = of('engine', orders, speed);
  if (engine.length === 0) return [];
  const ratio = (goal: string, value: number, least: number) => ({
    goal,
    limit: `≥ ${least} ×`,
    measured: `${value.toFixed(2)} ×`,
    holds: value >= least,
  });
  const memory = median(pairedRatios(of('engine', orders, peak), of('engine', orders / 10, peak)));
  return [
    ratio(
      'rows/s idle, beside the one UPDATE',
      median(pairedRatios(engine, of('one-update', orders, speed))),
      leastOfOneUpdate,
    ),
    ratio(
      'rows/s idle, beside a tenth of the orders',
      median(pairedRatios(engine, of('engine', orders / 10, speed))),
      leastAtTenfold,
    ),
    {
      goal: 'peak memory of the process, beside a tenth of the orders',
      limit: `≤ ${mostMemoryRatio} ×`,
      measured: `${memory.toFixed(2)} ×`,
      holds: memory <= mostMemoryRatio,
    },
  ];
}

export const signed = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

const percentMore = (ratio: number): string => `${signed((ratio - 1) * 100)} %`;
