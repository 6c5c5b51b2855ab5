import type { Thresholds } from '../judge/types.ts';
import { randomOf } from '../load/random.ts';
import { watchBeside } from './beside.ts';
import type { Bound, Experiment } from './experiments.ts';
import { rollOut } from './rollout.ts';

/** One line of docs/judge-aa.json. */
export interface Result {
  readonly kind: Experiment['kind'];
  readonly traffic: string;
  readonly planted: string;
  readonly thresholds: Experiment['thresholds'];
  readonly windows: number;
  /** In so many the canary did not pass, a rollout, or was failed, arms beside each other. */
  readonly failed: number;
  /** Requests of the canary until then; null for rollouts. */
  readonly median: number | null;
  readonly p99: number | null;
  /** Windows that Kayenta's classifier fails, looked at once at the end, or five times. */
  readonly kayentaOnce: number | null;
  readonly kayentaEver: number | null;
  readonly bound: Bound | null;
  readonly holds: boolean;
}

export type ThresholdsByName = Readonly<Record<Experiment['thresholds'], Thresholds>>;

/** Runs an experiment. Window k draws its random numbers from the seed, the experiment and k alone. */
export function conduct(
  experiment: Experiment,
  windows: number,
  seed: string,
  thresholds: ThresholdsByName,
): Result {
  const asked = Math.max(1, Math.round(windows * experiment.part));
  const found = Array.from({ length: asked }, (_, k) =>
    watched(experiment, thresholds[experiment.thresholds], (what) =>
      randomOf(`${seed}:${experiment.source.name}:${experiment.planted.name}:${what}`, k),
    ),
  );
  const failed = found.filter(({ isFailed }) => isFailed);
  const requests = failed.flatMap(({ at }) => at ?? []).sort((a, b) => a - b);
  const isBeside = experiment.kind === 'beside';
  return {
    kind: experiment.kind,
    traffic: experiment.source.name,
    planted: experiment.planted.name,
    thresholds: experiment.thresholds,
    windows: asked,
    failed: failed.length,
    median: quantile(requests, 0.5),
    p99: quantile(requests, 0.99),
    kayentaOnce: isBeside ? found.filter((one) => one.kayentaOnce).length : null,
    kayentaEver: isBeside ? found.filter((one) => one.kayentaEver).length : null,
    bound: experiment.bound,
    holds: holds(experiment.bound, asked, failed.length, requests),
  };
}

interface Watched {
  readonly isFailed: boolean;
  readonly at: number | null;
  readonly kayentaOnce: boolean;
  readonly kayentaEver: boolean;
}

function watched(
  { kind, source, planted }: Experiment,
  thresholds: Thresholds,
  random: (what: string) => () => number,
): Watched {
  const traffic = source.traffic(random('traffic'));
  if (kind === 'rollout') {
    const { verdict } = rollOut(traffic, planted, thresholds, random('harm'));
    return { isFailed: verdict !== 'pass', at: null, kayentaOnce: false, kayentaEver: false };
  }
  const { foundAt, ...kayenta } = watchBeside(traffic, planted, thresholds, random('harm'));
  return { isFailed: foundAt !== null, at: foundAt, ...kayenta };
}

function holds(
  bound: Bound | null,
  windows: number,
  failed: number,
  requests: readonly number[],
): boolean {
  if (bound === null) return true;
  if (bound.kind === 'at most') return failed <= bound.share * windows;
  const { sample } = bound;
  const inTime = sample === null ? failed : requests.filter((at) => at <= sample).length;
  return inTime >= bound.share * windows;
}

const quantile = (sorted: readonly number[], q: number): number | null =>
  sorted[Math.ceil(q * sorted.length) - 1] ?? null;
