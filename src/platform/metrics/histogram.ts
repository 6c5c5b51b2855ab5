import { samplesOf } from './exposition.ts';

/** A histogram as Prometheus has it: how many observations were at most `edge`, by edge. */
export type Buckets = ReadonlyMap<number, number>;

/** The sum of the series of a histogram whose labels are wanted. */
export function bucketsOf(
  text: string,
  metric: string,
  wanted: (labels: Readonly<Record<string, string>>) => boolean,
): Buckets {
  return sumOf(
    samplesOf(text, `${metric}_bucket`)
      .filter((sample) => wanted(sample.labels))
      .map(({ labels, value }) => {
        const edge = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
        return new Map([[edge, value]]);
      }),
  );
}

export function sumOf(histograms: readonly Buckets[]): Buckets {
  const sum = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [edge, count] of histogram) sum.set(edge, (sum.get(edge) ?? 0) + count);
  }
  return sum;
}

/**
 * What was observed between two looks at the same process. A counter that fell was begun again
 * from zero by a process that was restarted, so that all it has came since (as in `increase()`).
 */
export function increase(before: Buckets, after: Buckets): Buckets {
  const restarted = [...before].some(([edge, count]) => (after.get(edge) ?? 0) < count);
  if (restarted) return after;
  return new Map([...after].map(([edge, count]) => [edge, count - (before.get(edge) ?? 0)]));
}

export function observations(buckets: Buckets): number {
  return Math.max(0, ...buckets.values());
}

/**
 * The value that a share `q` of the observations does not exceed, interpolated within its bucket
 * as Prometheus' `histogram_quantile` does
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile): evenly
 * between the bucket's edges, from 0 in the lowest; above the last finite edge it is that edge.
 * No finer than the edges are. NaN without observations.
 */
export function quantile(buckets: Buckets, q: number): number {
  const edges = [...buckets].sort(([a], [b]) => a - b);
  const rank = q * observations(buckets);
  if (rank === 0) return Number.NaN;
  let [from, below] = [0, 0];
  for (const [edge, count] of edges) {
    if (count >= rank) {
      if (edge === Number.POSITIVE_INFINITY) return from;
      return from + ((edge - from) * (rank - below)) / (count - below);
    }
    [from, below] = [edge, count];
  }
  return from;
}
