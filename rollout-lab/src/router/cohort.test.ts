import { describe, expect, it } from 'vitest';
import { cohortOf } from './cohort.ts';

const ids = Array.from({ length: 10_000 }, (_, i) => `customer-${i}`);

describe('cohortOf', () => {
  it('is the same for the same customer, in hundredths of [0, 100)', () => {
    for (const id of ids.slice(0, 1000)) {
      const cohort = cohortOf(id);
      expect(cohortOf(id)).toBe(cohort);
      expect(cohort).toBe(Math.round(cohort * 100) / 100);
      expect(cohort >= 0 && cohort < 100).toBe(true);
    }
    // 10,000 balls in 10,000 bins leave about 1 - 1/e of them taken.
    expect(new Set(ids.map(cohortOf)).size / 10_000).toBeCloseTo(1 - 1 / Math.E, 1);
  });

  it.each([1, 5, 25, 50])('has about %i %% of the customers below that weight', (weight) => {
    const p = weight / 100;
    const share = ids.filter((id) => cohortOf(id) < weight).length;
    const deviation = Math.sqrt(ids.length * p * (1 - p));
    expect(Math.abs(share - ids.length * p)).toBeLessThan(4 * deviation);
  });

  it('only grows while the weight grows', () => {
    const below = (weight: number) => ids.filter((id) => cohortOf(id) < weight);
    const steps = [0, 1, 5, 25, 50, 100].map(below);
    steps.slice(1).forEach((step, i) => {
      const members = new Set(step);
      expect(steps[i]?.every((id) => members.has(id))).toBe(true);
    });
    expect([steps[0]?.length, steps.at(-1)?.length]).toEqual([0, ids.length]);
  });
});
