import type { JudgeInput, Outcome } from './types.ts';

/**
 * Tests of a rollout that share its alpha evenly: success rate beside the stable replicas, after
 * them, and against its limit; p99 likewise, and the bound of what was before; latency beside.
 */
const TESTS = 8;

/** Evidence of so much for a defect is waited out, unless nobody waits any more. */
export const SUSPICIOUS = 1.5;

/** What one test may spend of a rollout's alpha. */
export const shareOf = (alpha: number): number => alpha / TESTS;

/**
 * A p that may be read at every look, corrected for the number of tests: it is ever at or below alpha
 * in a share alpha of the rollouts at most (R. Johari, P. Koomen, L. Pekelis, D. Walsh, Always valid
 * inference, Operations Research 70 (2022)).
 */
export const alwaysValidP = (evidence: number): number => Math.min(1, TESTS / evidence);

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
