import type { WayBack } from '../run/context.ts';
import type { RunResult } from '../run/result.ts';
import { type Combination, nameOf } from './combinations.ts';
import type { DoneRun } from './compare.ts';
import { type Spread, spreadOf } from './spread.ts';

/** What a strategy made of a candidate. */
export interface Cell {
  readonly strategy: string;
  readonly candidate: string;
  readonly goBackBy: WayBack;
  readonly runs: number;
  /** Runs that ended as the candidate must make them end, with nothing lost. */
  readonly green: number;
  readonly invalid: number;
  readonly crashed: number;
  readonly outcomes: readonly string[];
  readonly caughtBy: readonly string[];
  /** Of the valid runs. */
  readonly failedRequests: Spread | null;
  /** Share of the customers, 0 to 1. */
  readonly customersHit: Spread | null;
  /** How far the hits went, percent; null when nobody was hit. */
  readonly reachPercent: Spread | null;
  /** Why not all are green, a sentence each. */
  readonly reasons: readonly string[];
}

/** A cell for each combination, those of a candidate beside each other. */
export function matrixOf(list: readonly Combination[], done: readonly DoneRun[]): Cell[] {
  const byCandidate = Map.groupBy(list, ({ candidate }) => candidate);
  return [...byCandidate.values()].flat().map((combination) =>
    cellOf(
      combination,
      done.filter(({ planned }) => nameOf(planned) === nameOf(combination)),
    ),
  );
}

function cellOf({ strategy, candidate, goBackBy }: Combination, done: readonly DoneRun[]): Cell {
  const results = done.flatMap(({ result }) => (result === null ? [] : [result]));
  const valid = results.filter((result) => result.valid);
  const crashes = done.flatMap(({ crash }) => (crash === null ? [] : [crash]));
  const spread = (figure: (result: RunResult) => number | null) => spreadOf(valid.map(figure));
  return {
    strategy,
    candidate,
    goBackBy,
    runs: done.length,
    green: results.filter((result) => result.green).length,
    invalid: results.length - valid.length,
    crashed: crashes.length,
    outcomes: unique(valid.map((result) => result.outcome)),
    caughtBy: unique(valid.flatMap((result) => result.caughtBy)),
    failedRequests: spread((r) => r.failedRequests),
    customersHit: spread((r) => r.blastRadiusCustomers),
    reachPercent: spread((r) => r.reachPercent),
    reasons: unique([
      ...results.flatMap((result) => result.reasons),
      ...crashes.map((crash) => `could not be carried out: ${crash}`),
    ]),
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
