import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** When the first call is due, by this thread's `performance.now()`. */
  readonly start: number;
  /** Calls a second. */
  readonly rate: number;
  /** Gets the moment at which it was due, by the same clock. */
  readonly send: (due: number) => Promise<void>;
  /** Whether one more is wanted after so many. */
  readonly more: (sent: number) => boolean;
}

/** Call k begins at start + k / rate, whether or not earlier ones are done; waits for all of them. */
export async function pace({ start, rate, send, more }: Pace): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  for (let sent = 0; more(sent); ) {
    const due = Math.floor(((performance.now() - start) * rate) / 1000) + 1;
    for (; sent < due && more(sent); sent += 1) {
      const call: Promise<void> = send(start + (sent * 1000) / rate).finally(() =>
        inFlight.delete(call),
      );
      inFlight.add(call);
    }
    await sleep(1);
  }
  await Promise.all(inFlight);
}
