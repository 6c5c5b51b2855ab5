import { duration, ms, none, percent, signed } from '../report/format.ts';
import { published } from '../report/published.ts';
import type { Comparison, JudgedClaim } from './comparison.ts';
import type { StrategyFigures } from './figures.ts';
import type { Cell } from './matrix.ts';
import type { Spread } from './spread.ts';
import { number, rangeText, runsText } from './words.ts';

/** What a cell of the table of strategies says; `published` is empty where nothing is. */
export interface Figure {
  readonly median: string;
  /** `11.0 to 14.2 s, n = 3`; empty without a figure. */
  readonly spread: string;
  readonly published: string;
}

/** The columns of the table of strategies, the candidate that each is measured with in brackets. */
export const strategyColumns = [
  'deployment',
  'p99 impact',
  'infra cost',
  'rollback',
  'detection',
  'failed requests',
  'blast radius',
] as const;

/** Which candidate the columns belong to, and how many of them. */
export const columnGroups = [
  { title: 'with the candidate healthy', columns: 3 },
  { title: 'with the candidate failing', columns: 4 },
] as const;

/** A strategy's figures, column by column. */
export function figuresIn({ strategy, goBackBy, healthy, failing }: StrategyFigures): Figure[] {
  const said = goBackBy === 'flag' ? published.find((row) => row.strategy === strategy) : undefined;
  return [
    figure(healthy.deploymentSeconds, duration, said?.deployment),
    figure(healthy.p99ImpactMs, (value) => `${signed(value)} ms`, said?.p99Impact),
    figure(healthy.infraCostDelta, (value) => `${signed(100 * value)} %`, said?.infra),
    figure(failing.rollbackSeconds, duration, said?.rollback),
    figure(failing.timeToDetectSeconds, duration),
    figure(failing.failedRequests, number),
    figure(failing.blastRadiusCustomers, percent, said?.blastRadius),
  ];
}

/** What stands in the place of the spread of one run. */
const single = 'n = 1';

function figure(
  spread: Spread | null,
  written: (value: number) => string,
  said: string | undefined = '',
): Figure {
  if (spread === null) return { median: none, spread: '', published: said };
  const text = spread.n === 1 ? single : rangeText(spread, written);
  return { median: written(spread.median), spread: text, published: said };
}

export const matrixHead = [
  'candidate',
  'strategy',
  'as expected',
  'outcome',
  'caught by',
  'failed requests',
  'customers hit',
  'reach',
];

/** What the matrix says of a combination, by the columns of `matrixHead`. */
export interface MatrixRow {
  readonly candidate: string;
  readonly strategy: string;
  /** Begins with `yes` when all was as it must be. */
  readonly asExpected: string;
  /** Why not; empty when it was. */
  readonly reasons: string;
  readonly outcome: string;
  readonly caughtBy: string;
  readonly figures: readonly Figure[];
}

export function matrixRow(cell: Cell): MatrixRow {
  const { candidate, strategy, goBackBy, failedRequests, customersHit, reachPercent } = cell;
  return {
    candidate,
    strategy: goBackBy === 'flag' ? strategy : `${strategy}, back by ${goBackBy}`,
    asExpected: verdictOn(cell),
    reasons: cell.reasons.join('; '),
    outcome: cell.outcomes.join(', ') || none,
    caughtBy: cell.caughtBy.join(', ') || none,
    figures: [
      figure(failedRequests, number),
      figure(customersHit, percent),
      figure(reachPercent, (value) => `${ms(value)} %`),
      // How many runs there are stands beside it already.
    ].map((one) => (one.spread === single ? { ...one, spread: '' } : one)),
  };
}

/** `yes`, or how many runs were, and what came of the others. */
function verdictOn({ runs, green, invalid, crashed }: Cell): string {
  if (runs === 0) return 'not run';
  if (green === runs) return runs === 1 ? 'yes' : `yes, ${green} of ${runs}`;
  if (runs === 1 && invalid === 1) return 'invalid';
  if (runs === 1 && crashed === 1) return 'not carried out';
  return [
    runs === 1 ? 'no' : `${green} of ${runs}`,
    ...(invalid > 0 ? [`${invalid} invalid`] : []),
    ...(crashed > 0 ? [`${crashed} not carried out`] : []),
  ].join(', ');
}

export const claimsHead = ['published', 'reproduced', 'measured', 'why'];

export function claimRow({ published: said, measured, why, ...claim }: JudgedClaim): string[] {
  return [said, reproducedText(claim), measured, why];
}

function reproducedText({ reproduced }: Pick<JudgedClaim, 'reproduced'>): string {
  if (reproduced === null) return 'not measured';
  return reproduced ? 'yes' : 'no';
}

/** One sentence: how many runs there were, and how they ended. */
export function summaryOf({ runs, claims }: Comparison): string {
  const green = runs.filter((run) => run.green).length;
  const invalid = runs.filter((run) => run.outcome !== null && !run.valid).length;
  const crashed = runs.filter((run) => run.outcome === null).length;
  const reproduced = claims.filter((claim) => claim.reproduced === true).length;
  const measured = claims.filter((claim) => claim.reproduced !== null).length;
  return [
    `${runsText(runs.length)}: ${green} as expected, ${runs.length - green - invalid - crashed} not, ${invalid} invalid, ${crashed} not carried out.`,
    `Of ${claims.length} published claims ${measured} could be judged, and ${reproduced} of them were reproduced.`,
  ].join(' ');
}

/** What somebody needs to judge the figures, a line each. */
export function settingsLines({ options, environment: e, from, to }: Comparison): string[] {
  const { profile, rate, seedOrders, seed, repeat, change } = options;
  return [
    `${change}, profile ${profile}, ${rate} requests/s, ${number(seedOrders)} orders before the start, seed ${seed}, ${repeat === 1 ? 'each combination once' : `each combination ${repeat} times`}`,
    ...(e === null
      ? []
      : [
          `${e.cpu}, ${e.cores} cores, ${e.memoryGb} GiB, ${e.os}, Node ${e.node}, PostgreSQL ${e.postgres}; ${e.replicas} replicas, ${number(e.customers)} customers`,
        ]),
    ...(from === null || to === null ? [] : [`first run began ${from}, last run ${to}`]),
    'one run after the other, in an order that the seed decides, another in each round',
    'medians of the valid runs, with the least and the greatest; nothing is scaled or adjusted',
  ];
}
