import { expect, it } from 'vitest';
import { seen } from './fake-observation.ts';
import { Journeys } from './journeys.ts';
import type { Kind, Observation } from './types.ts';

const of = (kind: Kind, latencies: readonly number[]): Observation[] =>
  latencies.map((latencyMs) => seen({ kind, latencyMs }));

it('weighs each kind as often as it is in a journey, however often it was sent', () => {
  const journeys = new Journeys();
  // A quarter of the journeys' requests are orders, which the load sent a tenth of the time.
  journeys.add(of('create-order', Array(10).fill(40)));
  journeys.add(of('pay-order', Array(30).fill(30)));
  journeys.add(of('read-order', Array(60).fill(10)));
  journeys.add(of('read-product', Array(500).fill(900)));
  expect(journeys.figures()).toEqual({ requests: 100, p50: 10, p95: 40, p99: 40 });
});

it('has no percentile without a request', () => {
  expect(new Journeys().figures()).toEqual({ requests: 0, p50: null, p95: null, p99: null });
});
