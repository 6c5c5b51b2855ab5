export interface Sent {
  /** Requests that fell due, at start + k / rate. */
  readonly intended: number;
  readonly sent: number;
  /** From the first to the last of them. */
  readonly seconds: number;
}

/**
 * The open model: request k leaves at start + k / rate, whether or not earlier ones came back
 * (Schroeder, Wierman, Harchol-Balter: Open Versus Closed, NSDI 2006). After a pause everything
 * that fell due meanwhile leaves at once, each with its own intended time (`performance.now()`).
 */
export class Schedule {
  readonly #rate: number;
  readonly #send: (intended: number) => void;
  readonly #now: () => number;
  readonly #start: number;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `rate` a second. The first request leaves at once. */
  constructor(rate: number, send: (intended: number) => void, now = () => performance.now()) {
    this.#rate = rate;
    this.#send = send;
    this.#now = now;
    this.#start = now();
    this.#wake();
  }

  /** Sends nothing any more; what has fallen due since the last one counts as intended. */
  stop(): Sent {
    clearTimeout(this.#timer);
    const now = this.#now();
    return {
      intended: this.#dueBy(now),
      sent: this.#sent,
      seconds: (now - this.#start) / 1000,
    };
  }

  #wake(): void {
    for (const due = this.#dueBy(this.#now()); this.#sent < due; this.#sent += 1) {
      this.#send(this.#intended(this.#sent));
    }
    const untilNext = this.#intended(this.#sent) - this.#now();
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, untilNext));
  }

  #intended(k: number): number {
    return this.#start + (k * 1000) / this.#rate;
  }

  #dueBy(now: number): number {
    return Math.floor(((now - this.#start) * this.#rate) / 1000) + 1;
  }
}
