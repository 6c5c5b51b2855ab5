import type { Environment, RunResult } from '../run/result.ts';
import type { Claim, Judgement } from './claims/claim.ts';
import { claims } from './claims/index.ts';
import type { Combination, PlannedRun } from './combinations.ts';
import type { DoneRun } from './compare.ts';
import { figuresOf, type StrategyFigures } from './figures.ts';
import { type Cell, matrixOf } from './matrix.ts';
import type { ComparisonOptions } from './options.ts';

/** What a comparison found: `comparison.json`. */
export interface Comparison {
  readonly schemaVersion: 1;
  readonly options: ComparisonOptions;
  /** Of its first run; null when none could be carried out. */
  readonly environment: Environment | null;
  /** When its first run began and its last one did. */
  readonly from: string | null;
  readonly to: string | null;
  /** In the order in which they were carried out. */
  readonly runs: readonly RunLine[];
  readonly strategies: readonly StrategyFigures[];
  readonly matrix: readonly Cell[];
  readonly claims: readonly JudgedClaim[];
}

export interface RunLine extends PlannedRun {
  readonly startedAt: string | null;
  readonly outcome: RunResult['outcome'] | null;
  readonly green: boolean;
  readonly valid: boolean;
  /** Why it is not green, a sentence each. */
  readonly reasons: readonly string[];
  readonly failedRequests: number | null;
}

export type JudgedClaim = Pick<Claim, 'published'> & Judgement;

/** Puts together what the runs say. Invalid ones are told, and count in no figure. */
export function comparisonOf(
  options: ComparisonOptions,
  list: readonly Combination[],
  done: readonly DoneRun[],
): Comparison {
  const results = done.flatMap(({ result }) => (result === null ? [] : [result]));
  const strategies = figuresOf(results);
  const started = results.map((result) => result.startedAt).toSorted();
  return {
    schemaVersion: 1,
    options,
    environment: results[0]?.environment ?? null,
    from: started[0] ?? null,
    to: started.at(-1) ?? null,
    runs: done.map(lineOf),
    strategies,
    matrix: matrixOf(list, done),
    claims: claims.map(({ published, judge }) => ({
      published,
      ...judge({ strategies, profile: options.profile }),
    })),
  };
}

function lineOf({ planned, result, crash }: DoneRun): RunLine {
  return {
    ...planned,
    startedAt: result?.startedAt ?? null,
    outcome: result?.outcome ?? null,
    green: result?.green ?? false,
    valid: result?.valid ?? false,
    reasons: result?.reasons ?? [`could not be carried out: ${crash}`],
    failedRequests: result?.failedRequests ?? null,
  };
}
