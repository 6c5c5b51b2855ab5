import { describe, expect, it } from 'vitest';
import { seen } from './fake-observation.ts';
import { TooLongAgoError } from './recent.ts';
import { PhaseError, Recorder, UNKNOWN_RELEASE } from './recorder.ts';
import type { Observation } from './types.ts';

const T0 = seen().at;

const failed = (overrides: Partial<Observation> = {}) =>
  seen({ status: 500, ok: false, ...overrides });

describe('phases', () => {
  it('own the requests that were meant to leave in them, however late the answer', () => {
    const recorder = new Recorder();
    recorder.beginPhase('baseline', T0);
    recorder.endPhase('baseline', T0 + 1000);
    recorder.beginPhase('rollout', T0 + 1000);
    recorder.add([
      seen({ at: T0 - 1 }),
      seen({ at: T0, latencyMs: 5000 }),
      seen({ at: T0 + 999 }),
      failed({ at: T0 + 1000 }),
    ]);
    expect(recorder.phase('baseline')).toMatchObject({ requests: 2, failed: 0, to: T0 + 1000 });
    expect(recorder.phase('rollout')).toMatchObject({ requests: 1, failed: 1, to: null });
    expect(recorder.totals().requests).toBe(4);
  });

  it('may overlap', () => {
    const recorder = new Recorder();
    recorder.beginPhase('rollout', T0);
    recorder.beginPhase('5 %', T0 + 100);
    recorder.add([seen({ at: T0 + 50 }), seen({ at: T0 + 150 })]);
    expect(recorder.phases().map(({ name, requests }) => [name, requests])).toEqual([
      ['rollout', 2],
      ['5 %', 1],
    ]);
  });

  it('have one name each, one beginning and one end', () => {
    const recorder = new Recorder();
    recorder.beginPhase('a', T0);
    expect(() => recorder.beginPhase('a', T0)).toThrow(PhaseError);
    recorder.endPhase('a', T0 + 1);
    expect(() => recorder.endPhase('a', T0 + 2)).toThrow(PhaseError);
    expect(() => recorder.endPhase('b')).toThrow(PhaseError);
    expect(() => recorder.phase('b')).toThrow(PhaseError);
  });

  it('give percentiles of all their requests, failed ones too', () => {
    const recorder = new Recorder();
    recorder.beginPhase('p', T0);
    const latencies = Array.from({ length: 100 }, (_, i) => i + 1);
    recorder.add(latencies.map((latencyMs) => seen({ latencyMs, ok: latencyMs < 99 })));
    expect(recorder.phase('p')).toMatchObject({
      p50: expect.closeTo(50, 0),
      p99: expect.closeTo(99, 0),
      max: expect.closeTo(100, 0),
      failed: 2,
    });
  });

  it('have no percentiles without a request', () => {
    const recorder = new Recorder();
    recorder.beginPhase('empty', T0);
    expect(recorder.phase('empty')).toMatchObject({ requests: 0, p99: null, firstBadAt: null });
  });
});

describe('bad answers', () => {
  it('are dated by the time at which the customer got them', () => {
    const recorder = new Recorder();
    recorder.add([
      failed({ at: T0, latencyMs: 900, release: '2.0' }),
      seen({ at: T0 + 100, latencyMs: 20, release: '2.0', wrong: true }),
      seen({ at: T0 + 2000 }),
    ]);
    expect(recorder.totals()).toMatchObject({
      failed: 1,
      wrong: 1,
      firstBadAt: T0 + 120,
      lastBadAt: T0 + 900,
      lastAnswerAt: T0 + 2010,
    });
    const [second, first] = recorder.releases();
    expect(second).toMatchObject({ release: '2.0', lastBadAt: T0 + 900, lastAnswerAt: T0 + 900 });
    expect(first).toMatchObject({ release: '1.0', failed: 0, lastBadAt: null });
  });

  it('count each customer once', () => {
    const recorder = new Recorder();
    recorder.add([
      failed({ customer: 1 }),
      failed({ customer: 1 }),
      seen({ customer: 2, wrong: true }),
      seen({ customer: 3 }),
    ]);
    expect(recorder.totals()).toMatchObject({ customers: 3, customersHit: 2 });
  });

  it('leave the first twenty as examples', () => {
    const recorder = new Recorder();
    recorder.add([seen(), ...Array.from({ length: 30 }, (_, i) => failed({ customer: i }))]);
    expect(recorder.examples().map(({ customer }) => customer)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  it('without an answer belong to the unknown release', () => {
    const recorder = new Recorder();
    recorder.add([failed({ status: 0, release: null })]);
    expect(recorder.releases()).toMatchObject([{ release: UNKNOWN_RELEASE, failed: 1 }]);
    expect(recorder.arm({ release: UNKNOWN_RELEASE }, T0, T0 + 1)).toMatchObject({
      requests: 1,
      failed: 1,
    });
  });
});

describe('arm', () => {
  it('takes one release over exactly the stretch asked for', () => {
    const recorder = new Recorder();
    recorder.add([
      seen({ at: T0 + 499 }),
      seen({ at: T0 + 500, latencyMs: 1 }),
      seen({ at: T0 + 1499, latencyMs: 3, wrong: true }),
      failed({ at: T0 + 1499.9, latencyMs: 4 }),
      seen({ at: T0 + 1500 }),
      seen({ at: T0 + 700, release: '2.0' }),
    ]);
    const {
      slowerThan,
      seconds: _,
      ...arm
    } = recorder.arm({ release: '1.0' }, T0 + 500, T0 + 1500);
    expect([2, 3, 4].map(slowerThan)).toEqual([2, 1, 0]);
    expect(arm).toEqual({
      release: '1.0',
      requests: 3,
      failed: 1,
      wrong: 1,
      p50: 3,
      p99: 4,
    });
    expect(recorder.arm({ release: '3.0' }, T0, T0 + 9).p99).toBeNull();
  });

  it('tells it second by second, by the time of the answer, once the second has passed', () => {
    const recorder = new Recorder();
    recorder.add([
      seen({ at: T0 + 200, latencyMs: 30 }),
      seen({ at: T0 + 100, latencyMs: 20 }),
      failed({ at: T0 + 300, latencyMs: 900 }),
      seen({ at: T0 + 1990, latencyMs: 10 }),
      seen({ at: T0 + 2990, latencyMs: 5 }),
    ]);
    const arm = recorder.arm({ release: '1.0' }, T0, T0 + 2999);
    const [first, second] = [
      { at: T0 / 1000, failed: 0, latencies: [20, 30] },
      { at: T0 / 1000 + 1, failed: 1, latencies: [900] },
    ];
    expect(arm.seconds()).toEqual([first, second]);
    expect(arm.seconds(T0 / 1000)).toEqual([second]);
    const later = recorder.arm({ release: '1.0' }, T0, T0 + 3000);
    expect(later.seconds(T0 / 1000 + 1)).toEqual([
      { at: T0 / 1000 + 2, failed: 0, latencies: [5, 10] },
    ]);
  });

  it('never averages percentiles over seconds', () => {
    const recorder = new Recorder();
    recorder.add(Array.from({ length: 99 }, () => seen({ latencyMs: 10 })));
    recorder.add([seen({ at: T0 + 1000, latencyMs: 1000 })]);
    // The mean of the two seconds' p99 would be 505.
    expect(recorder.arm({ release: '1.0' }, T0, T0 + 2000).p99).toBe(10);
  });

  it('refuses a stretch that is no longer kept', () => {
    const recorder = new Recorder();
    recorder.add([seen({ at: T0 }), seen({ at: T0 + 180_000 })]);
    expect(recorder.arm({ release: '1.0' }, T0, T0 + 1).requests).toBe(1);
    recorder.add([seen({ at: T0 + 181_000 }), seen({ at: T0 })]);
    expect(() => recorder.arm({ release: '1.0' }, T0, T0 + 1)).toThrow(TooLongAgoError);
    expect(recorder.totals().requests).toBe(4);
  });
});

describe('live', () => {
  it('counts the answers of the last second and the p99 of the last five', () => {
    const recorder = new Recorder();
    recorder.add([
      seen({ at: T0, latencyMs: 9500 }),
      failed({ at: T0 + 9400, latencyMs: 100 }),
      seen({ at: T0 + 6000, latencyMs: 20 }),
      seen({ at: T0 + 1000, latencyMs: 20 }),
    ]);
    expect(recorder.live(T0 + 10_000)).toEqual({
      perSecond: 2,
      bad: 1,
      releases: { '1.0': { requests: 2, bad: 1 } },
      p50: expect.closeTo(100, 0),
      p99: expect.closeTo(9500, -1),
    });
    expect(new Recorder().live()).toEqual({
      perSecond: 0,
      bad: 0,
      releases: {},
      p50: null,
      p99: null,
    });
  });
});
