import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIXED } from '../judge/fixed-thresholds.ts';
import { loadThresholds, thresholdsFile } from '../judge/thresholds.ts';
import { conduct } from './conduct.ts';
import { experiments } from './experiments.ts';
import { isHigh, KAYENTA } from './kayenta.ts';
import { tableOf } from './table.ts';

const strict = { ...FIXED, p99Ratio: 1, p99SlackMs: 0, latencyRatio: 1, latencySlackMs: 0 };
const thresholds = { shipped: loadThresholds(thresholdsFile), strict };
const doc = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

describe('every experiment, a few windows each', () => {
  it.each(experiments)('$kind, $source.name, $planted.name', (experiment) => {
    expect(conduct({ ...experiment, part: 1 }, 2, 'test', thresholds).holds).toBe(true);
  });

  it('says the same of the same seed', () => {
    const [first] = experiments;
    if (!first) throw new Error('there are no experiments');
    const once = conduct(first, 2, 'test', thresholds);
    expect(conduct(first, 2, 'test', thresholds)).toEqual(once);
  });

  it('does not hold where something is wrong and nothing may be found, or the other way round', () => {
    const failing = experiments.find(({ planted }) => planted.name === '1 % errors');
    const healthy = experiments.find(({ planted }) => planted.name === 'nothing');
    if (!failing || !healthy) throw new Error('there are no such experiments');
    const swapped = [
      { ...failing, bound: healthy.bound },
      { ...healthy, bound: failing.bound },
      { ...failing, bound: { kind: 'at least', share: 0.99, sample: 10 } },
    ] as const;
    for (const experiment of swapped) {
      expect(conduct({ ...experiment, part: 1 }, 2, 'test', thresholds).holds).toBe(false);
    }
  });
});

describe('docs/judge.md', () => {
  const report = JSON.parse(doc('judge-aa.json'));

  it('has the figures of docs/judge-aa.json', () => {
    expect(doc('judge.md')).toContain(tableOf(report.results));
  });

  it('has figures of the judge as it is shipped, of enough windows, and every bound holds', () => {
    expect(report.thresholds.shipped).toEqual(thresholds.shipped);
    expect(report.windows).toBeGreaterThanOrEqual(1000);
    expect(report.holds).toBe(true);
    expect(report.results).toHaveLength(experiments.length);
  });
});

describe("Kayenta's classifier", () => {
  const some = Array.from({ length: 40 }, (_, i) => 10 + ((i * 7) % 40) / 4);
  const more = (by: number) => some.map((value) => value + by).toReversed();

  it('calls a clear shift high, in one direction', () => {
    expect(isHigh(some, more(5), KAYENTA)).toBe(true);
    expect(isHigh(some, more(-5), KAYENTA)).toBe(false);
  });

  it('asks for the interval to be above a part of the estimate', () => {
    expect(isHigh(some, more(2), { ...KAYENTA, tolerance: 0.1 })).toBe(true);
    expect(isHigh(some, more(2), { ...KAYENTA, tolerance: 0.9 })).toBe(false);
  });

  it('passes what is equal, empty, or all ties', () => {
    expect(isHigh(some, some, KAYENTA)).toBe(false);
    expect(isHigh([], some, KAYENTA)).toBe(false);
    expect(isHigh([1, 1, 1], [1, 1], KAYENTA)).toBe(false);
  });

  it('has no minimum sample: of few points the interval is all there is', () => {
    expect(isHigh([10], [11], KAYENTA)).toBe(true);
  });
});
