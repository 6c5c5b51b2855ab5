import type { Random } from '../load/random.ts';
import type { Request } from './traffic.ts';

/** What is wrong with the canary: one of its requests becomes another. */
export interface Planted {
  readonly name: string;
  readonly harm: (request: Request, random: Random) => Request;
  /** Probability of a mismatch of the shadow compare, a request. */
  readonly mismatch: number;
}

const unharmed = (request: Request): Request => request;

export const nothing: Planted = { name: 'nothing', harm: unharmed, mismatch: 0 };

const slower = (name: string, factor: (ms: number) => number): Planted => ({
  name,
  harm: (request) => ({ ...request, ms: request.ms * factor(request.ms) }),
  mismatch: 0,
});

const failing = (name: string, rate: number): Planted => ({
  name,
  harm: (request, random) => (random() < rate ? { ...request, failed: true } : request),
  mismatch: 0,
});

/** Every request takes 20 % longer. */
export const slowerWhole = slower('p99 +20 %, with all latencies', () => 1.2);

/** True, and nothing that anybody would mind. */
export const harmless = slower('all latencies +5 %', () => 1.05);

/** Only those above `fromMs` do, which the slowest few are: the median says nothing. */
export const slowerTail = (fromMs: number): Planted =>
  slower('p99 +20 %, with the slowest 5 % alone', (ms) => (ms > fromMs ? 1.2 : 1));

export const failingSome = failing('1 % errors', 0.01);

export const mismatching: Planted = {
  name: '0.1 % mismatches',
  harm: unharmed,
  mismatch: 0.001,
};

/** The lab's candidate `failing`: 5 % of the payments, which are 15 % of the requests. */
export const failingPayments = failing('candidate `failing`', 0.05 * 0.15);

/** The lab's candidate `slow`: 150 ms more on 10 % of the order reads, which are 35 %. */
export const slowReads: Planted = {
  name: 'candidate `slow`',
  harm: (request, random) =>
    random() < 0.1 * 0.35 ? { ...request, ms: request.ms + 150 } : request,
  mismatch: 0,
};
