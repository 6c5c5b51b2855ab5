import type { TableProgress } from './progress.ts';
import type { SignalState } from './watch.ts';

/** What a run is doing: for the terminal, `status`, and Prometheus alike. */
export interface Figures {
  readonly state: 'running' | 'waiting' | 'paused';
  /** Why it waits; empty while it runs. */
  readonly because: readonly string[];
  readonly tables: readonly TableProgress[];
  /** Over the last seconds, of all runs together. */
  readonly rowsPerSecond: number;
  /** At that pace; null while there is none. */
  readonly secondsLeft: number | null;
  /** The operator's limit; null: none. */
  readonly limit: number | null;
  readonly batchSize: number;
  readonly batches: number;
  /** Batches that were undone because a lock was not to be had, or because they took too long. */
  readonly undone: number;
  readonly signals: readonly SignalState[];
}

/** A batch that was committed. */
export interface Batch {
  readonly table: string;
  readonly rows: number;
  readonly changed: number;
  readonly seconds: number;
}

/** Who is told of a run. */
export interface Observer {
  /** A line for people: why it waits, that it goes on. */
  say(line: string): void;
  batch(batch: Batch, figures: () => Figures): void;
  /** Every second, and at every change of `state`. */
  figures(figures: Figures): void;
}

/** Rows per second over a sliding window. */
export interface Meter {
  rate(rows: number): number;
}

const windowMs = 10_000;

/** @param now in ms. */
export function createMeter(now: () => number = () => performance.now()): Meter {
  let looks: { at: number; rows: number }[] = [];
  return {
    rate(rows) {
      const at = now();
      const [last] = looks.slice(-1);
      if (last === undefined || at - last.at >= 100) looks.push({ at, rows });
      // The newest look that is older than the window stays, as its beginning.
      const first = looks.findLastIndex((look) => look.at <= at - windowMs);
      if (first > 0) looks = looks.slice(first);
      const [from] = looks;
      if (from === undefined || at <= from.at) return 0;
      return Math.max(0, (1000 * (rows - from.rows)) / (at - from.at));
    },
  };
}
