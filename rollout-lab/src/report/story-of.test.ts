import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../feed/events.ts';
import { storyOf } from './story-of.ts';

const replica = (at: number, id: string, release: string, state: 'starting' | 'ready' | 'ended') =>
  ({ type: 'replica', at, id, release, state }) as const;
const weights = (at: number, old: number) =>
  ({ type: 'weights', at, weights: { '1.0': old, '2.0': 100 - old } }) as const;
const second = (at: number, failed: number): FeedEvent => ({
  type: 'second',
  at,
  requests: 10,
  failed,
  p50: 1,
  p99: 2,
  releases: {},
  totals: { requests: 10, failed, wrong: 0 },
});

const timeline: FeedEvent[] = [
  replica(1_000, 'r1', '1.0', 'starting'),
  replica(1_500, 'r1', '1.0', 'ready'),
  weights(2_000, 100),
  { type: 'step', at: 3_000, title: 'baseline', number: 1, of: 2 },
  { type: 'flag', at: 3_500, name: 'f', enabled: true, rollout: 100 },
  { type: 'step', at: 4_000, title: 'canary', number: 2, of: 2 },
  replica(4_500, 'r2', '2.0', 'starting'),
  weights(5_000, 75),
  second(6_000, 0),
  second(7_000, 2),
  { type: 'flag', at: 8_000, name: 'f', enabled: false, rollout: 0 },
  replica(9_000, 'r2', '2.0', 'ended'),
  {
    type: 'verdict',
    at: 9_500,
    final: false,
    verdict: { step: 's', at: '', verdict: 'pass', checks: [] },
  },
  {
    type: 'verdict',
    at: 10_000,
    final: true,
    verdict: { step: 's', at: '', verdict: 'fail', checks: [] },
  },
];

describe('the story of a timeline', () => {
  it('counts from the first step, with what was before it as the start', () => {
    expect(storyOf(timeline)).toEqual({
      seconds: 7,
      releases: ['1.0', '2.0'],
      steps: [
        { title: 'baseline', from: 0, to: 1 },
        { title: 'canary', from: 1, to: 7 },
      ],
      weights: [
        { at: 0, values: [100, 0] },
        { at: 2, values: [75, 25] },
      ],
      replicas: [
        { at: 0, values: [1, 0] },
        { at: 1.5, values: [1, 1] },
        { at: 6, values: [1, 0] },
      ],
      flags: [{ name: 'f', rollout: 100, from: 0.5, to: 5 }],
      verdicts: [{ at: 7, step: 's', verdict: 'fail' }],
      bad: [{ at: 4, count: 2 }],
    });
  });

  it('lasts to the end of the timeline where nothing ends a flag', () => {
    expect(storyOf(timeline.slice(0, 6))?.flags).toEqual([
      { name: 'f', rollout: 100, from: 0.5, to: 1 },
    ]);
  });

  it('is none before the first step', () => {
    expect(storyOf(timeline.slice(0, 3))).toBeNull();
  });
});
