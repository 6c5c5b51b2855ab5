import { describe, expect, it } from 'vitest';
import { combinations, nameOf, planOf, UnknownCombinationError } from './combinations.ts';

const names = (only?: string) => combinations(only).map(nameOf);

describe('the combinations', () => {
  it('are every strategy with every candidate, and the canary that goes back by weight', () => {
    expect(combinations()).toHaveLength(3 * 7 + 1);
    expect(new Set(names()).size).toBe(22);
    expect(names()).toContain('canary:failing:weight');
  });

  it('are those of the strategies, candidates and pairs that are asked for, each once', () => {
    expect(names('canary:failing,blue-green:failing')).toEqual([
      'blue-green:failing',
      'canary:failing',
      'canary:failing:weight',
    ]);
    expect(names('canary:failing:weight')).toEqual(['canary:failing:weight']);
    expect(names('healthy, canary')).toHaveLength(3 + 8 - 1);
  });

  it.each(['cannary', 'canary:none', 'failing:canary', ''])('refuse "%s"', (only) => {
    expect(() => combinations(only)).toThrow(UnknownCombinationError);
  });
});

describe('the plan', () => {
  const plan = planOf(combinations(), { repeat: 3, seed: '1' });
  const round = (n: number) => plan.filter((run) => run.round === n);

  it('has every combination once in every round, one round after the other', () => {
    expect(plan.map((run) => run.round)).toEqual(plan.map((run) => run.round).toSorted());
    for (const n of [1, 2, 3]) {
      expect(round(n).map(nameOf).toSorted()).toEqual(names().toSorted());
    }
    expect(new Set(plan.map((run) => run.id)).size).toBe(plan.length);
  });

  it('mixes the strategies, in another order in each round, by the seed alone', () => {
    expect(round(1).map(nameOf)).not.toEqual(names());
    expect(round(1).map(nameOf)).not.toEqual(round(2).map(nameOf));
    expect(planOf(combinations(), { repeat: 3, seed: '1' })).toEqual(plan);
    expect(planOf(combinations(), { repeat: 1, seed: '2' }).map(nameOf)).not.toEqual(
      round(1).map(nameOf),
    );
  });

  it('has the same load for all runs of a round, and another in each', () => {
    expect(new Set(round(2).map((run) => run.seed))).toEqual(new Set(['1.2']));
    expect(new Set(plan.map((run) => run.seed)).size).toBe(3);
  });
});
