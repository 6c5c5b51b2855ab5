import CircuitBreaker from 'opossum';
import type { Metrics } from '../platform/metrics.ts';

/** Refuses tries while most of the recent ones failed. */
export interface Breaker {
  /** False while a try would be refused. */
  available(): boolean;
  /** @throws {BreakerOpenError} without having tried. */
  run<T>(attempt: () => Promise<T>): Promise<T>;
  close(): void;
}

export class BreakerOpenError extends Error {
  constructor(cause: unknown) {
    super('the gateway was not asked: the circuit breaker is open', { cause });
    this.name = 'BreakerOpenError';
  }
}

export interface BreakerOptions {
  /** From opening to the next try, which alone decides whether it closes again. */
  readonly resetMs: number;
  /** Fewer tries than this in the window say nothing. */
  readonly minTries: number;
}

/** As values of the metric `gateway_breaker_state`. */
const states = { closed: 0, halfOpen: 0.5, open: 1 };

/**
 * One breaker for the gateway, around each single try and inside the loop that repeats them, as
 * resilience4j orders the two: once it opens, calls under way stop repeating, and a gateway that
 * comes back is asked by one try a replica and not by a whole call. An `attempt` that rejects is a
 * failure; a card that was declined or refused is an answer.
 */
export function createBreaker(metrics: Metrics, { resetMs, minTries }: BreakerOptions): Breaker {
  const breaker = new CircuitBreaker((attempt: () => Promise<unknown>) => attempt(), {
    timeout: false, // each try has its own
    resetTimeout: resetMs,
    volumeThreshold: minTries,
    // Of the tries of the last ten seconds, those that are refused and those under way included.
    errorThresholdPercentage: 50,
    rollingCountTimeout: 10_000,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  });
  const show = (state: keyof typeof states) => () => metrics.gatewayBreaker.set(states[state]);
  breaker.on('open', show('open')).on('halfOpen', show('halfOpen')).on('close', show('closed'));
  show('closed')();

  return {
    // `pendingClose`: half-open, and the one try that is let through is still to come.
    available: () => breaker.closed || breaker.pendingClose,
    async run<T>(attempt: () => Promise<T>): Promise<T> {
      try {
        return (await breaker.fire(attempt)) as T;
      } catch (error) {
        if (error instanceof Error && CircuitBreaker.isOurError(error)) {
          throw new BreakerOpenError(error);
        }
        throw error;
      }
    },
    close: () => breaker.shutdown(),
  };
}
