import { type MemorySample, mostGrowthPercent, type Trend } from './memory.ts';
import type { Figure, GoalResult, Missing, Row } from './results.ts';

const none = '–';

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

const ms = (value: number): string => value.toFixed(2);
const ratio = (value: number): string => value.toFixed(2);

const withSpread = ({ median, least, most }: Figure, write: (value: number) => string): string =>
  `${write(median)} (${write(least)}–${write(most)})`;

/** Lines of cells, with each column as wide as its widest cell. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

const loopName = ({ loop, rate }: Row): string => (loop === 'closed' ? loop : `open ${rate}/s`);

function rowCells(row: Row): string[] {
  return [
    row.scenario,
    row.variant,
    loopName(row),
    withSpread(row.requestsPerSecond, count),
    ms(row.p50Ms.median),
    withSpread(row.p99Ms, ms),
    row.ratio === undefined ? '1' : withSpread(row.ratio.requestsPerSecond, ratio),
    row.ratio === undefined ? '1' : withSpread(row.ratio.p99Ms, ratio),
    row.cpuMicros === undefined ? none : count(row.cpuMicros.median),
    row.ratio?.cpuMicros === undefined ? none : withSpread(row.ratio.cpuMicros, ratio),
    String(row.failed),
  ];
}

const header = [
  'scenario',
  'variant',
  'loop',
  'requests/s',
  'p50 ms',
  'p99 ms',
  '× first',
  'p99 × first',
  'cpu µs',
  'cpu × first',
  'failed',
];

/** All that was measured: the median, with the least and the most of the rounds in brackets. */
export function figuresTable(rows: readonly Row[], missing: readonly Missing[]): string {
  const absent = missing.map(({ scenario, variant }) => [
    scenario,
    variant,
    'missing',
    ...header.slice(3).map(() => none),
  ]);
  const notes = new Set(missing.map(({ variant, why }) => `${variant}: ${why}`));
  const failures = rows.flatMap(({ scenario, variant, failed, failure }) =>
    failed > 0 ? [`${scenario} ${variant}: ${failed} failed, the first one: ${failure}`] : [],
  );
  return [align([header, ...rows.map(rowCells), ...absent]), ...notes, ...failures].join('\n');
}

const loops = { closed: '', open: ', open loop' };
const figures = { requestsPerSecond: 'requests/s', p99Ms: 'p99' };

export function goalsTable(results: readonly GoalResult[]): string {
  const rows = results.map(({ goal, measured, holds }) => {
    const limit =
      'atLeast' in goal.holds ? `≥ ${goal.holds.atLeast} ×` : `≤ ${goal.holds.atMost} ×`;
    const aim = goal.aim === undefined ? '' : ` (aim ${goal.aim})`;
    return [
      `${goal.scenario}: ${goal.variant}, ${figures[goal.figure]}${loops[goal.loop]}`,
      `${limit}${aim}`,
      ratio(measured),
      holds ? 'holds' : 'does not hold',
    ];
  });
  return align([['goal, in relation to the first variant', 'limit', 'measured', ''], ...rows]);
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

export function memoryTable(
  samples: readonly MemorySample[],
  trends: Readonly<Record<string, Trend>>,
): string {
  const rows = samples.map(({ requests, heapMib, rssMib }) => [
    count(requests),
    heapMib.toFixed(1),
    rssMib.toFixed(1),
  ]);
  const verdicts = Object.entries(trends).map(([name, trend]) => {
    const slope = `${signed(trend.slope)} ± ${trend.slopeError.toFixed(2)} MiB a million requests`;
    const growth = `${signed(trend.growthPercent)} % over the samples after the first fifth`;
    return `${name}: ${slope}, ${growth}: ${trend.flat ? 'flat' : 'not flat'} (limit ${mostGrowthPercent} %)`;
  });
  return [align([['requests', 'heap MiB', 'rss MiB'], ...rows]), '', ...verdicts].join('\n');
}
