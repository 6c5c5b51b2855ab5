import { describe, expect, it } from 'vitest';
import { createTuner } from './tuner.ts';

/** Batches on a machine that fills so many rows in a millisecond. */
function settle(tuner: ReturnType<typeof createTuner>, rowsPerMs: number, batches = 20): number {
  for (let n = 0; n < batches; n += 1) tuner.took(tuner.size(), tuner.size() / rowsPerMs);
  return tuner.size();
}

describe('the size of batches', () => {
  it('settles at what takes the target time', () => {
    expect(settle(createTuner({ targetMs: 50 }), 100)).toBe(5_000);
    expect(settle(createTuner({ targetMs: 50 }), 10)).toBe(500);
  });

  it('stays within its bounds', () => {
    expect(settle(createTuner({ targetMs: 50 }), 0.001)).toBe(100);
    expect(settle(createTuner({ targetMs: 50 }), 1e6)).toBe(20_000);
  });

  it('changes to twice or half at the most at once', () => {
    const tuner = createTuner({ targetMs: 50 });
    tuner.took(1_000, 0.1);
    expect(tuner.size()).toBe(2_000);
    tuner.took(2_000, 60_000);
    expect(tuner.size()).toBe(1_000);
  });

  it('is not judged by the end of a range', () => {
    const tuner = createTuner({ targetMs: 50 });
    tuner.took(3, 0.1);
    expect(tuner.size()).toBe(1_000);
  });

  it('is cut to the row that is locked after three failures in a row, and grows back', () => {
    const tuner = createTuner({ targetMs: 50 });
    const sizes = [1, 2, 3].map(() => {
      tuner.failed();
      return tuner.size();
    });
    expect(sizes).toEqual([500, 250, 1]);
    tuner.took(1, 0.2);
    expect(tuner.size()).toBe(2);
    expect(settle(tuner, 100)).toBe(5_000);
  });

  it('is halved after a hold, and not below the least', () => {
    const tuner = createTuner({ targetMs: 50 });
    tuner.ease();
    expect(tuner.size()).toBe(500);
    for (let n = 0; n < 9; n += 1) tuner.ease();
    expect(tuner.size()).toBe(100);
  });

  it('stays what it was told, and comes back to it after failures', () => {
    const tuner = createTuner({ targetMs: 50, batchSize: 20 });
    expect(settle(tuner, 1_000)).toBe(20);
    for (let n = 0; n < 3; n += 1) tuner.failed();
    expect(tuner.size()).toBe(1);
    expect(settle(tuner, 1_000)).toBe(20);
  });
});
