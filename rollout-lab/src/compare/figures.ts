import { published } from '../report/published.ts';
import type { WayBack } from '../run/context.ts';
import type { RunResult } from '../run/result.ts';
import { type Spread, spreadOf } from './spread.ts';

/** The figures of a strategy over all its valid runs; null where there is none. */
export interface StrategyFigures {
  readonly strategy: string;
  readonly goBackBy: WayBack;
  readonly title: string;
  /** With the candidate `healthy`; seconds, ms, a share. */
  readonly healthy: {
    readonly deploymentSeconds: Spread | null;
    readonly p99ImpactMs: Spread | null;
    readonly infraCostDelta: Spread | null;
    readonly infraPeak: Spread | null;
  };
  /** With the candidate `failing`; seconds, counts, shares. */
  readonly failing: {
    readonly rollbackSeconds: Spread | null;
    readonly timeToDetectSeconds: Spread | null;
    readonly failedRequests: Spread | null;
    readonly customersHit: Spread | null;
    readonly blastRadiusCustomers: Spread | null;
    /** Percent of the customers that the new release had when the judge had enough evidence. */
    readonly highestWeight: Spread | null;
    readonly failureCost: Spread | null;
  };
}

/** A row for each strategy, and one for the canary that goes back by weight. */
export function figuresOf(results: readonly RunResult[]): StrategyFigures[] {
  const rows = published.flatMap(({ strategy, title }) => [
    { strategy, title, goBackBy: 'flag' as const },
    ...(strategy === 'canary'
      ? [{ strategy, title: `${title}, back by weight`, goBackBy: 'weight' as const }]
      : []),
  ]);
  return rows.map((row) => {
    const own = results.filter(
      (r) => r.valid && r.strategy === row.strategy && r.goBackBy === row.goBackBy,
    );
    return { ...row, healthy: healthy(own), failing: failing(own) };
  });
}

/** The median of each figure over the runs with one candidate. */
function over(results: readonly RunResult[], candidate: string) {
  const runs = results.filter((result) => result.candidate === candidate);
  return (figure: (result: RunResult) => number | null) => spreadOf(runs.map(figure));
}

function healthy(results: readonly RunResult[]): StrategyFigures['healthy'] {
  const spread = over(results, 'healthy');
  return {
    deploymentSeconds: spread((r) => r.deploymentSeconds),
    p99ImpactMs: spread((r) => r.p99ImpactMs),
    infraCostDelta: spread((r) => r.infraCostDelta),
    infraPeak: spread((r) => r.infraPeak),
  };
}

function failing(results: readonly RunResult[]): StrategyFigures['failing'] {
  const spread = over(results, 'failing');
  return {
    rollbackSeconds: spread((r) => r.rollbackSeconds),
    timeToDetectSeconds: spread((r) => r.timeToDetectSeconds),
    failedRequests: spread((r) => r.failedRequests),
    customersHit: spread((r) => Math.round(r.blastRadiusCustomers * r.customersSeen)),
    blastRadiusCustomers: spread((r) => r.blastRadiusCustomers),
    highestWeight: spread((r) => r.highestWeight),
    failureCost: spread((r) => r.failureCost.amount),
  };
}
