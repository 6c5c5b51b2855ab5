import type { Random } from '../load/random.ts';
import * as plant from './plant.ts';
import {
  failing,
  lognormal,
  pausing,
  recorded,
  recordedByReplica,
  type Traffic,
} from './traffic.ts';

interface Source {
  readonly name: string;
  readonly traffic: (random: Random) => Traffic;
  /** 95 % of its latencies are below. */
  readonly tailFromMs: number;
}

const synthetic: Source = { name: 'lognormal', traffic: lognormal, tailFromMs: 32 };
const withPauses: Source = { name: 'lognormal, pausing', traffic: pausing, tailFromMs: 32 };
const withFailures: Source = { name: 'lognormal, 0.2 % fail', traffic: failing, tailFromMs: 32 };
const real: Source = { name: 'recorded', traffic: recorded, tailFromMs: 13.5 };
const realReplicas: Source = { ...real, name: 'recorded, by replica', traffic: recordedByReplica };

/** What must hold of the share of windows in which the canary is failed. */
export type Bound =
  | { readonly kind: 'at most'; readonly share: number }
  /** Failed within so many requests of the canary; null: within the rollout. */
  | { readonly kind: 'at least'; readonly share: number; readonly sample: number | null };

export interface Experiment {
  /** A whole quick canary, or both arms beside each other with half of the customers each. */
  readonly kind: 'rollout' | 'beside';
  readonly source: Source;
  readonly planted: plant.Planted;
  readonly thresholds: 'shipped' | 'strict';
  /** Part of the windows asked for. */
  readonly part: number;
  /** null: shown, and nothing is promised. */
  readonly bound: Bound | null;
}

const hardlyEver: Bound = { kind: 'at most', share: 0.01 };
const within = (sample: number | null): Bound => ({ kind: 'at least', share: 0.99, sample });

const falseAlarms: readonly Experiment[] = [
  ...[synthetic, withPauses, withFailures, real, realReplicas].map((source) =>
    rollout(source, plant.nothing, hardlyEver, 1),
  ),
  ...[synthetic, withPauses, withFailures, real].map((source) =>
    beside(source, plant.nothing, hardlyEver, 1),
  ),
  beside(realReplicas, plant.nothing, null, 0.2),
  shipped(beside(synthetic, plant.harmless, hardlyEver, 0.2)),
  shipped(beside(real, plant.harmless, hardlyEver, 0.2)),
  shipped(beside(real, plant.slowerWhole, hardlyEver, 0.2)),
];

const power: readonly Experiment[] = [
  ...[synthetic, real].flatMap((source) => [
    beside(source, plant.slowerWhole, within(3_000), 0.5),
    beside(source, plant.slowerTail(source.tailFromMs), within(19_000), 0.5),
    beside(source, plant.failingSome, within(3_000), 0.5),
  ]),
  beside(synthetic, plant.mismatching, within(7_000), 0.5),
  ...[synthetic, realReplicas].flatMap((source) => [
    rollout(source, plant.failingPayments, within(null), 0.5),
    rollout(source, plant.slowReads, within(null), 0.5),
  ]),
];

export const experiments: readonly Experiment[] = [...falseAlarms, ...power];

function shipped(experiment: Experiment): Experiment {
  return { ...experiment, thresholds: 'shipped' };
}

function rollout(
  source: Source,
  planted: plant.Planted,
  bound: Bound | null,
  part: number,
): Experiment {
  return { kind: 'rollout', source, planted, thresholds: 'shipped', part, bound };
}

function beside(
  source: Source,
  planted: plant.Planted,
  bound: Bound | null,
  part: number,
): Experiment {
  return { kind: 'beside', source, planted, thresholds: 'strict', part, bound };
}
