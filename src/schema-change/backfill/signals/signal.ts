import type { Queryable } from '../../../platform/postgres/postgres.ts';

/** What a signal is watched with. */
export interface Surroundings {
  readonly db: Queryable;
  /** Where the service's replicas answer with their metrics; none: nobody is asked. */
  readonly metricsUrls: readonly string[];
}

/** What a look at a signal finds. */
export type Reading =
  /** A value in the signal's unit; `note` adds what it comes from. */
  | { readonly kind: 'measured'; readonly value: number; readonly note?: string }
  /** There is nothing to measure at the moment, which is no harm. */
  | { readonly kind: 'quiet'; readonly note: string }
  /** Somebody ought to answer and does not: silence is not health. */
  | { readonly kind: 'silent'; readonly note: string }
  /** It cannot be watched here, because of what `note` says. */
  | { readonly kind: 'unwatched'; readonly note: string };

/** A sign of how the database and the service bear the backfill. One above its threshold holds it. */
export interface Signal {
  /** As in the option `--max-<name>`. */
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MB/s';
  /** For the help of its option. */
  readonly means: string;
  /** The threshold, in `unit`, where the option does not give another one. */
  readonly threshold: number;
  /** Least time between two looks, in ms. */
  readonly everyMs: number;
  /** Begins to watch; each call of what it gives is one look. */
  watch(surroundings: Surroundings): () => Promise<Reading>;
}

/** A look that costs a query on the statistics of the server, well below a millisecond. */
export const cheapMs = 100;
