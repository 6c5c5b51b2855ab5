import { describe, expect, it } from 'vitest';
import { FIXED } from '../judge/fixed-thresholds.ts';
import type { LoadSummary } from '../load/types.ts';
import { latenessBoundMs, reasonsInvalid } from './validity.ts';

const kept: LoadSummary = {
  elapsedMs: 10_000,
  intended: 2_000,
  sent: 2_000,
  lateness: { p50: 0.6, p99: 8, max: 40 },
  withoutSlot: 0,
  cpuMs: 1_000,
};
const bound = latenessBoundMs(FIXED);

describe('a run is invalid', () => {
  it('not when the generator kept its schedule', () => {
    expect(reasonsInvalid(kept, FIXED)).toEqual([]);
    const late = { ...kept, lateness: { ...kept.lateness, p99: bound, max: 1_000 } };
    expect(reasonsInvalid(late, FIXED)).toEqual([]);
  });

  it.each<[string, Partial<LoadSummary>, RegExp]>([
    ['requests were not sent', { sent: 1_999 }, /^only 1999 of 2000 requests were sent$/],
    [
      'the generator was late',
      { lateness: { p50: 1, p99: bound + 0.01, max: 90 } },
      /25\.01 ms late at its p99: allowed are 25 ms/,
    ],
    ['requests waited for a connection', { withoutSlot: 1 }, /^1 requests waited/],
  ])('when %s', (_, broken, sentence) => {
    expect(reasonsInvalid({ ...kept, ...broken }, FIXED)).toEqual([
      expect.stringMatching(sentence),
    ]);
  });
});
