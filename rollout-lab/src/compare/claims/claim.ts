import type { StrategyFigures } from '../figures.ts';
import type { Spread } from '../spread.ts';
import { spreadText } from '../words.ts';

/** What the claims are held against. */
export interface Evidence {
  readonly strategies: readonly StrategyFigures[];
  /** The profile of the runs: how long their steps last. */
  readonly profile: string;
}

/** What the lab says of a published sentence. */
export interface Judgement {
  /** Null: not measured. */
  readonly reproduced: boolean | null;
  readonly measured: string;
  readonly why: string;
}

export interface Claim {
  readonly published: string;
  readonly judge: (evidence: Evidence) => Judgement;
}

export const titles = {
  rolling: 'Rolling Update',
  'blue-green': 'Blue-Green',
  canary: 'Canary',
} as const;
export type Strategy = keyof typeof titles;

/** A published figure counts as reproduced when the median is as close to it as this. */
export const closeness = { share: 0.25, points: 0.1 } as const;

interface Reasons {
  readonly missing: string;
  readonly why: string;
}

/** A published figure held against a median. */
export function close(
  spread: Spread | null | undefined,
  published: number,
  written: (value: number) => string,
  { missing, why }: Reasons,
): Judgement {
  if (!spread) return notMeasured(missing);
  return {
    reproduced: Math.abs(spread.median - published) <= closeness.share * published,
    measured: spreadText(spread, written),
    why: `${why}; counted as reproduced within a quarter of the published figure`,
  };
}

export function notMeasured(why: string): Judgement {
  return { reproduced: null, measured: 'not measured', why };
}

function rowOf({ strategies }: Evidence, strategy: Strategy, goBackBy: 'flag' | 'weight') {
  return strategies.find((row) => row.strategy === strategy && row.goBackBy === goBackBy);
}

export function healthy(evidence: Evidence, strategy: Strategy) {
  return rowOf(evidence, strategy, 'flag')?.healthy;
}

export function failing(
  evidence: Evidence,
  strategy: Strategy,
  goBackBy: 'flag' | 'weight' = 'flag',
) {
  return rowOf(evidence, strategy, goBackBy)?.failing;
}
