import type { JudgeInput, Outcome } from './types.ts';

/**
 * How the tests of a rollout share its alpha. Failures beside the stable replicas get half: each one
 * that the judge waits for is a customer who got it, and a slow answer is an answer. The other seven
 * share the rest: success rate after the stable replicas and against its limit; p99 beside, after,
 * against its limit, and the bound of what was before; latency beside.
 */
export const SHARES = { failuresBeside: 1 / 2, other: 1 / 14 };

/** Evidence of so much for a defect is waited out, unless nobody waits any more. */
export const SUSPICIOUS = 1.5;

/**
 * A p that may be read at every look, corrected for the share of alpha that the test has: that of any
 * test is ever at or below alpha in a share alpha of the rollouts at most (R. Johari, P. Koomen,
 * L. Pekelis, D. Walsh, Always valid inference, Operations Research 70 (2022)).
 */
export const alwaysValidP = (evidence: number, share = SHARES.other): number =>
  Math.min(1, 1 / (share * evidence));

/** Why there is too little data, null when there is enough. */
export function thin({ canary, stable, sinceStart }: JudgeInput, least: number): string | null {
  const few = (name: string, requests: number) =>
    requests < least ? [`${name} has ${requests} requests, ${least} are needed`] : [];
  const other = stable ?? sinceStart?.stable ?? null;
  const reasons = [
    ...few('canary', canary.requests),
    ...(other ? few('stable', other.requests) : []),
  ];
  return reasons.length > 0 ? reasons.join('; ') : null;
}

export interface Found {
  readonly verdict: Outcome;
  readonly reason: string;
}

export const ms = (value: number | null): string =>
  value === null ? '–' : `${value.toFixed(1)} ms`;
