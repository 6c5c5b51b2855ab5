import { percentile } from '../../statistics.ts';

/** One request of the load. */
export interface Answer {
  /** When it was due, in ms since 1970. */
  readonly at: number;
  /** From then to the end of its answer: a request that leaves late has waited too. */
  readonly ms: number;
  /** What came in place of a 2xx. */
  readonly failure?: string;
}

/** What customers had in a stretch of time. */
export interface Window {
  readonly seconds: number;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly failed: number;
  /** What the first failure was. */
  readonly failure?: string;
}

/** The requests that were due from one moment to another. A failed one has its latency too. */
export function windowOf(answers: readonly Answer[], from: number, until: number): Window {
  const inside = answers.filter(({ at }) => at >= from && at < until);
  const latencies = inside.map(({ ms }) => ms);
  const failed = inside.filter(({ failure }) => failure !== undefined);
  const failure = failed[0]?.failure;
  return {
    seconds: (until - from) / 1000,
    requests: inside.length,
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    longestMs: latencies.reduce((most, ms) => Math.max(most, ms), 0),
    failed: failed.length,
    ...(failure !== undefined && { failure }),
  };
}
