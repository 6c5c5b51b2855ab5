import { describe, expect, it } from 'vitest';
import { type CostRound, costFigures } from './cost.ts';

const cheap: CostRound = {
  routerCores: 0.2,
  generatorCores: 0.2,
  routedP99Ms: 3,
  directP99Ms: 2,
  failed: 0,
  latenessP99Ms: 1,
};
const withOdd = (odd: Partial<CostRound>) => costFigures([cheap, { ...cheap, ...odd }, cheap]);

describe('the cost of the lab', () => {
  it('is within its limits, whatever one round says', () => {
    const figures = withOdd({ routedP99Ms: 900, routerCores: 0.9 });
    expect(figures).toEqual({
      routerCores: 0.2,
      generatorCores: 0.2,
      cores: 0.4,
      addedP99Ms: 1,
      ok: true,
    });
  });

  it('takes the difference within a round', () => {
    const busy = { ...cheap, routedP99Ms: 21.5, directP99Ms: 21 };
    expect(costFigures([cheap, busy]).addedP99Ms).toBeCloseTo(0.75, 10);
  });

  it.each<[string, Partial<CostRound>]>([
    ['router and generator take half a core', { routerCores: 0.3 }],
    ['the router adds more than a millisecond', { routedP99Ms: 3.1 }],
  ])('is too much when %s', (_, dear) => {
    const rounds = [cheap, cheap].map((round) => ({ ...round, ...dear }));
    expect(costFigures(rounds).ok).toBe(false);
  });

  it('counts for nothing when a request failed', () => {
    expect(withOdd({ failed: 1 }).ok).toBe(false);
  });
});
