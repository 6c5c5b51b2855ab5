/** Bounds of a batch's rows while it is tuned. */
const least = 100;
const most = 20_000;
/** What is begun with: some milliseconds of work almost everywhere. */
const first = 1_000;
/** A batch that waited in vain this often in a row is cut to the row that is locked. */
const triesBeforeOneRow = 3;

export interface TunerOptions {
  /** How long a batch shall take, in ms. */
  readonly targetMs: number;
  /** Rows of every batch, instead of as many as take `targetMs`. */
  readonly batchSize?: number | undefined;
}

/** How many rows the next batch gets. */
export interface Tuner {
  size(): number;
  /** A batch of `rows` has taken so long. */
  took(rows: number, ms: number): void;
  /** A batch got no lock or took far too long, and was undone. */
  failed(): void;
  /** After a hold: what was too much is not begun with again. */
  ease(): void;
}

/**
 * Multiplicative: towards the target by the ratio of the last batch, at the most to twice or half
 * at once. After failures it may go below `least`, down to one row, and grows back from there.
 */
export function createTuner({ targetMs, batchSize: fixed }: TunerOptions): Tuner {
  const top = fixed ?? most;
  let rows = fixed ?? first;
  let failures = 0;
  const set = (next: number) => {
    rows = Math.max(1, Math.min(top, Math.round(next)));
  };
  return {
    size: () => rows,
    took(done, ms) {
      failures = 0;
      if (done < rows) return; // the end of a range says nothing about the pace
      if (fixed !== undefined) return set(rows * 2);
      const ratio = Math.max(0.5, Math.min(2, targetMs / Math.max(ms, 0.1)));
      set(rows < least ? rows * 2 : Math.max(least, rows * ratio));
    },
    failed() {
      failures += 1;
      set(failures < triesBeforeOneRow ? rows / 2 : 1);
    },
    ease() {
      if (fixed === undefined) set(Math.max(Math.min(rows, least), rows / 2));
    },
  };
}
