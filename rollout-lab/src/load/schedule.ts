import { epochMs } from '../metrics/clock.ts';
import { latencyHistogram, percentile, record } from '../metrics/histogram.ts';
import type { Kept } from './types.ts';

/** What fell due so shortly before the stop may leave with it; what is older was missed. */
const lastMomentMs = 250;

/**
 * The open model: request k leaves at start + k / rate, whether or not earlier ones came back
 * (Schroeder, Wierman, Harchol-Balter: Open Versus Closed, NSDI 2006). After a pause everything
 * that fell due meanwhile leaves at once, each with its own intended time.
 */
export class Schedule {
  readonly #rate: number;
  readonly #send: (k: number, intended: number) => void;
  readonly #start = epochMs();
  readonly #lateness = latencyHistogram();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `rate` a second. The first request leaves at once. */
  constructor(rate: number, send: (k: number, intended: number) => void) {
    this.#rate = rate;
    this.#send = send;
    this.#wake();
  }

  /**
   * Sends what fell due in the last moment and nothing after. A generator that is further behind than
   * that could not keep up: what it had not sent by now stays unsent.
   */
  stop(): Kept {
    clearTimeout(this.#timer);
    const now = epochMs();
    if (now - this.#intended(this.#sent) <= lastMomentMs) this.#sendDue(now);
    return this.kept(now);
  }

  kept(now: number = epochMs()): Kept {
    const late = (p: number) => percentile(this.#lateness, p);
    return {
      elapsedMs: now - this.#start,
      intended: this.#dueBy(now),
      sent: this.#sent,
      lateness: { p50: late(50), p99: late(99), max: late(100) },
    };
  }

  #wake(): void {
    this.#sendDue(epochMs());
    const untilNext = this.#intended(this.#sent) - epochMs();
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, untilNext));
  }

  #intended(k: number): number {
    return this.#start + (k * 1000) / this.#rate;
  }

  #dueBy(now: number): number {
    return Math.floor(((now - this.#start) * this.#rate) / 1000) + 1;
  }

  #sendDue(now: number): void {
    for (const due = this.#dueBy(now); this.#sent < due; this.#sent++) {
      const intended = this.#intended(this.#sent);
      record(this.#lateness, epochMs() - intended);
      this.#send(this.#sent, intended);
    }
  }
}
