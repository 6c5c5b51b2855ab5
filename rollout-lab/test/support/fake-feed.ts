import type { FeedEntry } from '../../src/feed/events.ts';
import type { Verdict } from '../../src/judge/types.ts';

/** The beginning of a run that goes badly, as a page hears of it. */
export const fakeStart: readonly FeedEntry[] = [
  {
    type: 'run',
    strategy: 'canary',
    candidate: 'failing',
    change: 'minor-units',
    releases: ['1.0', '2.0', '3.0', '4.0'],
    replicas: 4,
    rate: 200,
    profile: 'quick',
    seed: '1',
    shop: 'http://127.0.0.1:8080',
  },
  { type: 'step', title: 'canary 1.0 → 2.0', number: 1, of: 2 },
  { type: 'replica', id: 'r1-1.0', release: '1.0', state: 'ready', phase: 'old' },
  { type: 'replica', id: 'r2-2.0', release: '2.0', state: 'ready', phase: 'dual-read-old' },
  { type: 'weights', weights: { '1.0': 95, '2.0': 5 } },
  { type: 'flag', name: 'orders.read-new', enabled: true, rollout: 5 },
  {
    type: 'schema',
    state: 'expanded',
    columns: [
      { table: 'orders', column: 'total', shape: 'old', state: 'forbidden', filled: 1 },
      { table: 'orders', column: 'total_minor', shape: 'new', state: 'there', filled: 0.4 },
      { table: 'payments', column: 'amount', shape: 'old', state: 'gone', filled: null },
    ],
  },
];

const verdict: Verdict = {
  step: '1.0 → 2.0 at 5 %',
  at: '2026-01-01T00:00:00.000Z',
  verdict: 'fail',
  checks: [
    {
      name: 'success-rate',
      verdict: 'fail',
      canary: 0.9,
      stable: 1,
      limit: 0.99,
      reason: 'more than stable',
    },
    { name: 'p99', verdict: 'pass', canary: 20, stable: 19, limit: 70, reason: 'within the limit' },
  ],
};

/** Second `n` of it: 200 answers a second, one of them failed. */
export function fakeSecond(n: number): FeedEntry {
  return {
    type: 'second',
    requests: 200,
    failed: 1,
    p50: 4,
    p99: 20 + (n % 7),
    releases: { '1.0': { requests: 190, bad: 0 }, '2.0': { requests: 10, bad: 1 } },
    totals: { requests: 200 * n, failed: n, wrong: 0 },
  };
}

/** So many seconds of it, from second `from` on. */
export function fakeRun(seconds: number, from = 0): FeedEntry[] {
  return Array.from({ length: seconds }, (_, n): FeedEntry[] => [
    { type: 'answers', cells: `${'0.'.repeat(190)}${'1v'.repeat(9)}1!` },
    fakeSecond(from + n + 1),
    { type: 'verdict', final: false, verdict },
    {
      type: 'ledger',
      told: { orders: 50 * n, payments: 30 * n },
      stored: { orders: 50 * n, payments: 30 * n },
      charged: 30 * n,
    },
    { type: 'say', text: `second ${from + n}` },
  ]).flat();
}

export function fakeEnd(reasons: readonly string[]): FeedEntry {
  return {
    type: 'end',
    outcome: 'rolled-back',
    green: reasons.length === 0,
    reasons,
    lost: 2,
    double: 0,
    mismatched: 0,
  };
}
