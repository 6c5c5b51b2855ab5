import { describe, expect, it } from 'vitest';
import { fakeResult } from '../report/fake-result.ts';
import { combinations, nameOf, planOf } from './combinations.ts';
import type { DoneRun } from './compare.ts';
import { comparisonOf } from './comparison.ts';
import { htmlComparison } from './html.ts';
import { markdownComparison } from './markdown.ts';
import { tablePicture } from './picture.ts';
import { progressLine } from './progress.ts';
import { summaryOf } from './rows.ts';

const list = combinations();
const options = {
  profile: 'quick',
  rate: 220,
  seedOrders: 20_000,
  seed: '1',
  costPerHour: 300_000,
  change: 'minor-units',
  repeat: 2,
  combinations: list.map(nameOf),
};
const plan = planOf(list, options);

/** All green, but for one that is red, one that is invalid and one that could not be carried out. */
const done: DoneRun[] = plan.map((planned, i) => {
  const { strategy, candidate, goBackBy } = planned;
  const figures = {
    rollbackSeconds: 12_345.6,
    timeToDetectSeconds: 1_234.5,
    p99ImpactMs: -1_234.5 - i,
    blastRadiusCustomers: 1,
    reachPercent: 99.99,
  };
  const result = fakeResult({ strategy, candidate, goBackBy, ...figures });
  const different = [
    { green: false, reasons: ['1 lost | <b>'] },
    { green: false, valid: false, reasons: ['invalid: late'] },
  ][i];
  return {
    planned,
    result: i === 2 ? null : { ...result, ...different },
    crash: i === 2 ? 'no port' : null,
    seconds: 60,
  };
});
const comparison = comparisonOf(options, list, done);

describe('the reports of a comparison', () => {
  it('count every run once', () => {
    expect(summaryOf(comparison)).toContain(
      '44 runs: 41 as expected, 1 not, 1 invalid, 1 not carried out.',
    );
  });

  it('have every combination and every claim', () => {
    const [page, text] = [htmlComparison(comparison), markdownComparison(comparison)];
    expect(comparison.matrix).toHaveLength(22);
    for (const { published } of comparison.claims) {
      expect(page).toContain(published);
      expect(text).toContain(published);
    }
    expect(page).toContain('1 lost | &lt;b&gt;');
    expect(text).toContain('1 lost \\| <b>');
    for (const report of [page, text, tablePicture(comparison)]) {
      expect(report).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('refer to nothing outside', () => {
    expect(htmlComparison(comparison)).not.toMatch(/<(script|link|img)\b|<[^>]*\b(src|href)=/i);
  });

  it('are made of a comparison in which nothing could be carried out', () => {
    const broken = done.map((run) => ({ ...run, result: null, crash: 'no disk' }));
    const nothing = comparisonOf(options, list, broken);
    expect(summaryOf(nothing)).toContain('44 not carried out');
    for (const report of [markdownComparison, htmlComparison, tablePicture]) {
      expect(report(nothing)).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

/** The texts of a picture that run into the next one or out of it. */
function crowded(picture: string): string[] {
  const found = picture.matchAll(
    /<text[^>]* x="([\d.]+)" y="([\d.]+)" font-size="(\d+)"[^>]*>([^<]+)</g,
  );
  const texts = [...found].map(([, x, y, size, text = '']) => {
    // Usual fonts have at most 0.57 em a letter on average.
    const right = Number(x) + text.length * Number(size) * 0.6;
    return { x: Number(x), y: Number(y), text, right };
  });
  const width = Number(/viewBox="0 0 (\d+)/.exec(picture)?.[1]);
  const runsInto = (one: (typeof texts)[0], other: (typeof texts)[0]) =>
    other.y === one.y && other.x > one.x && one.right >= other.x;
  return texts
    .filter((one) => one.right >= width || texts.some((other) => runsInto(one, other)))
    .map(({ text }) => text);
}

describe('the picture of the table', () => {
  const picture = tablePicture(comparison);

  it('leaves every text the room that it needs', () => {
    expect(picture.match(/<text/g)?.length).toBeGreaterThan(60);
    expect(crowded(picture)).toEqual([]);
  });

  it('would be seen to be too narrow', () => {
    const narrower = picture.replaceAll(/ x="(\d+)"/g, (_, x: string) => ` x="${Number(x) * 0.8}"`);
    expect(crowded(narrower)).not.toEqual([]);
  });
});

describe('the line of a run', () => {
  const line = (n: number) => progressLine(plan, done.slice(0, n), done[n - 1] as DoneRun);

  it('says what came of it, how long it took, and about how long the rest takes', () => {
    expect(line(1)).toMatch(
      / 1\/44 [\w:-]+ · released · not green: 1 lost \| <b> · 0 failed requests · 60 s · about \d+ min left/,
    );
    expect(line(3)).toContain('could not be carried out: no port');
    expect(line(44)).not.toContain('left');
  });
});
