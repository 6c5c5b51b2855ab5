import { join } from 'node:path';
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram, percentile } from '../metrics/histogram.ts';
import { reasonsInvalid } from '../run/validity.ts';
import { type Delays, p99Of } from './delays.ts';
import { runK6 } from './k6.ts';
import { sendFor, warmUp } from './stretch.ts';
import { type Target, token } from './target.ts';

/** The two p99 may differ by this share. */
export const tolerance = 0.1;

/** A service with a tail: p50 8 ms, p99 60 ms. */
export const tailed: Delays = { medianMs: 8, sigma: 0.866 };

export interface LoadRound {
  readonly ownP99Ms: number;
  readonly k6P99Ms: number;
  /** Why it does not count. */
  readonly problems: readonly string[];
}

export interface LoadOptions {
  readonly k6: string;
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onRound: (round: LoadRound) => void;
}

export interface LoadFigures {
  /** Of all rounds together. */
  readonly ownP99Ms: number;
  readonly k6P99Ms: number;
  /** Own ÷ k6 − 1. */
  readonly difference: number;
  /** What the target was told to take, without the way to it. */
  readonly targetP99Ms: number;
  readonly problems: readonly string[];
  readonly ok: boolean;
}

/** A round in which one of the two did not keep its schedule is made again, so often at the most. */
const spareRounds = 6;

/** More than the two may differ by: then it is the generator's lateness that is compared. */
const lateness = { p99SlackMs: Math.round(2 * tolerance * p99Of(tailed)) };

/** The same target under the lab's own load and under that of k6, in turns. */
export async function compareWithK6(target: Target, options: LoadOptions): Promise<LoadFigures> {
  const [own, k6] = [latencyHistogram(), latencyHistogram()];
  const problems: string[] = [];
  await warmUp(configOf(target, options), target.router, options.signal);
  for (let [good, spare] = [0, spareRounds]; good < options.rounds; ) {
    const round = await oneRound(target, options);
    options.onRound({ ...p99s(round.own, round.k6), problems: round.problems });
    if (round.problems.length === 0) {
      own.add(round.own);
      k6.add(round.k6);
      good += 1;
    } else if (spare-- === 0) {
      problems.push(`the schedule was not kept in ${spareRounds + 1} rounds: is the machine busy?`);
      break;
    }
  }
  return loadFigures(own, k6, problems);
}

const configOf = (target: Target, { rate, folder }: LoadOptions) =>
  target.load(target.router.url, rate, join(folder, 'told'));

async function oneRound(target: Target, options: LoadOptions) {
  const { rate, seconds, folder, signal } = options;
  const { router } = target;
  const own = await sendFor(seconds * 1000, configOf(target, options), router, signal);
  const k6 = await runK6(options.k6, { target: router.url, token, rate, seconds, folder, signal });
  const problems = reasonsInvalid(own.summary, lateness);
  if (k6.dropped > 0) problems.push(`k6 had nobody free to send ${k6.dropped} requests`);
  if (own.failed + k6.failed > 0) problems.push(`${own.failed + k6.failed} requests failed`);
  return { own: own.latencies, k6: k6.latencies, problems };
}

export function loadFigures(
  own: Histogram,
  k6: Histogram,
  problems: readonly string[],
): LoadFigures {
  const { ownP99Ms, k6P99Ms } = p99s(own, k6);
  const difference = ownP99Ms / k6P99Ms - 1;
  return {
    ownP99Ms,
    k6P99Ms,
    difference,
    targetP99Ms: p99Of(tailed),
    problems,
    ok: problems.length === 0 && Math.abs(difference) <= tolerance,
  };
}

const p99s = (own: Histogram, k6: Histogram) => ({
  ownP99Ms: percentile(own, 99) ?? Number.NaN,
  k6P99Ms: percentile(k6, 99) ?? Number.NaN,
});
