import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../load/random.ts';
import {
  type Bet,
  Evidence,
  FAILURE_ODDS,
  LEANINGS,
  lnRanks,
  lnRate,
  lnTable,
  ODDS,
  rank,
} from './evidence.ts';
import { SHARES } from './level.ts';
import { lnChoose } from './statistics.ts';

const anyOf = (bets: readonly Bet[]) => fc.constantFrom(...bets.map(({ on }) => on));
const size = fc.integer({ min: 1, max: 12 });

describe('a fair bet: under the hypothesis the factor is expected to be 1 at the most', () => {
  it('on the table of two arms, however the hits are dealt out', () => {
    const table = fc.record({ canary: size, stable: size, odds: anyOf(FAILURE_ODDS) });
    fc.assert(
      fc.property(table, fc.nat(24), ({ canary, stable, odds }, some) => {
        const hits = some % (canary + stable + 1);
        let expected = 0;
        for (let x = Math.max(0, hits - stable); x <= Math.min(hits, canary); x++) {
          const lnP =
            lnChoose(canary, x) + lnChoose(stable, hits - x) - lnChoose(canary + stable, hits);
          const factor = lnTable({ hits: x, of: canary }, { hits: hits - x, of: stable });
          expected += Math.exp(lnP + factor(odds));
        }
        expect(expected).toBeCloseTo(1, 9);
      }),
      { seed: 1 },
    );
  });

  it('on one arm, at the rate and below it', () => {
    const arm = fc.record({
      of: size,
      rate: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      part: fc.double({ min: 0.1, max: 1, noNaN: true }),
      odds: anyOf(ODDS),
    });
    fc.assert(
      fc.property(arm, ({ of, rate, part, odds }) => {
        const really = rate * part;
        let expected = 0;
        for (let hits = 0; hits <= of; hits++) {
          const lnP =
            lnChoose(of, hits) + hits * Math.log(really) + (of - hits) * Math.log1p(-really);
          expected += Math.exp(lnP + lnRate({ hits, of }, rate, odds));
        }
        expect(expected).toBeLessThan(1 + 1e-9);
      }),
      { seed: 1 },
    );
  });

  it('on the ranks of two arms, whichever requests are the canary’s, ties included', () => {
    const latencies = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(latencies, fc.nat(), anyOf(LEANINGS), (all, some, leaning) => {
        const canaries = 1 + (some % (all.length - 1));
        const factors = subsets(all.length, canaries).map((chosen) => {
          const arm = (isIn: boolean) =>
            all.filter((_, i) => chosen.includes(i) === isIn).sort((a, b) => a - b);
          return Math.exp(lnRanks(rank(arm(true), arm(false)), leaning));
        });
        const mean = factors.reduce((sum, f) => sum + f, 0) / factors.length;
        expect(mean).toBeLessThan(1 + 1e-9);
      }),
      { seed: 1 },
    );
  });
});

describe('Evidence', () => {
  it.each([{ bets: ODDS }, { bets: FAILURE_ODDS }, { bets: LEANINGS }])(
    'begins with a capital of 1',
    ({ bets }) => {
      expect(new Evidence(bets).value).toBeCloseTo(1);
    },
  );

  it('reaches 1/alpha in a share alpha of the courses at most, looked at in every second', () => {
    const courses = 500;
    const alpha = 0.05;
    let reached = 0;
    for (let k = 0; k < courses; k++) {
      const random = randomOf('ville', k);
      const evidence = new Evidence(FAILURE_ODDS);
      for (let second = 0; second < 100 && evidence.value < 1 / alpha; second++) {
        const hits = () => Array.from({ length: 20 }, random).filter((x) => x < 0.05).length;
        evidence.add(lnTable({ hits: hits(), of: 20 }, { hits: hits(), of: 20 }));
      }
      if (evidence.value >= 1 / alpha) reached++;
    }
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThanOrEqual(alpha * courses);
  });

  it('is enough after two failures at 5 % that the stable replicas do not have, and not after one', () => {
    const enough = 1 / (SHARES.failuresBeside * 0.01);
    const evidence = new Evidence(FAILURE_ODDS);
    const fail = () => evidence.add(lnTable({ hits: 1, of: 11 }, { hits: 0, of: 209 }));
    fail();
    expect(evidence.value).toBeLessThan(enough);
    fail();
    expect(evidence.value).toBeGreaterThan(enough);
  });

  it('grows by so much a second and no more', () => {
    const evidence = new Evidence([{ on: 2, stake: 1 }], 4);
    evidence.add(() => 100);
    expect(evidence.value).toBeCloseTo(4);
  });

  it('is the sum of what became of the stakes', () => {
    const evidence = new Evidence([
      { on: 1, stake: 0.75 },
      { on: 3, stake: 0.25 },
    ]);
    evidence.add(Math.log);
    expect(evidence.value).toBeCloseTo(1.5);
  });
});

describe('rank', () => {
  it('counts the pairs in which the canary is slower, ties half', () => {
    expect(rank([2, 3], [1, 2])).toEqual({ sum: 0.375, canary: 2, stable: 2, slower: 0.875 });
    expect(rank([1, 1], [1, 1, 1]).slower).toBe(0.5);
    expect(rank([1], [2, 3]).slower).toBe(0);
  });
});

/** All ways to choose k of the numbers below n. */
function subsets(n: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]];
  const firsts = Array.from({ length: Math.max(0, n - from) }, (_, i) => from + i);
  return firsts.flatMap((first) => subsets(n, k - 1, first + 1).map((rest) => [first, ...rest]));
}
