import { setTimeout as sleep } from 'node:timers/promises';

/** Spaces batches out, so that rows per second stay below a limit that may change at any time. */
export interface Pace {
  /** Null: as fast as it goes. */
  limit(rowsPerSecond: number | null): void;
  /** Most rows for the next batch: half a second's worth, so that a limit means no bursts. */
  most(): number;
  /** Takes `rows` off what may be done. */
  spend(rows: number): void;
  /** Until the next batch may begin. */
  wait(signal: AbortSignal): Promise<void>;
}

/** A wait ends this soon after a change of the limit, in ms. */
const lookMs = 100;

export function createPace(now: () => number = () => performance.now()): Pace {
  let perSecond: number | null = null;
  let freeAt = 0;
  return {
    limit(rowsPerSecond) {
      if (rowsPerSecond === perSecond) return;
      perSecond = rowsPerSecond;
      freeAt = now(); // a debt under the old limit is none under the new one
    },
    most: () => (perSecond === null ? Number.POSITIVE_INFINITY : Math.max(1, perSecond / 2)),
    spend(rows) {
      if (perSecond !== null) freeAt = Math.max(freeAt, now()) + (1000 * rows) / perSecond;
    },
    async wait(signal) {
      for (let ms = freeAt - now(); ms > 0; ms = freeAt - now()) {
        await sleep(Math.min(ms, lookMs), undefined, { signal });
      }
    },
  };
}
