import { describe, expect, it } from 'vitest';
import { apart, drawPlot, short, ticks } from './plot.ts';
import { idleRun } from './sample-runs.ts';
import { pgroll, speedsPlot } from './speeds-plot.ts';

describe('an axis', () => {
  it('has four to eight round steps and ends above the highest value', () => {
    expect(ticks(230_000)).toEqual([0, 50_000, 100_000, 150_000, 200_000, 250_000]);
    for (const most of [1, 7.9, 8, 99, 56_164, 1e6]) {
      const steps = ticks(most);
      expect(steps.length - 1).toBeGreaterThanOrEqual(4);
      expect(steps.length - 1).toBeLessThanOrEqual(8);
      expect(steps.at(-1)).toBeGreaterThanOrEqual(most);
    }
  });

  it('is labelled in few characters', () => {
    expect([0, 999, 39_000, 3_900_000].map(short)).toEqual(['0', '999', '39k', '3.9M']);
  });
});

describe('names at the ends of lines', () => {
  it('are moved apart where they would touch, and left where they would not', () => {
    expect(apart([100, 10, 104, 50], 18)).toEqual([100, 10, 118, 50]);
  });
});

describe('a plot', () => {
  const point = (x: number, y: number) => ({ x, y });
  const svg = drawPlot({
    title: 'a < b & c',
    xLabel: 'x',
    yLabel: 'y',
    series: [
      { name: 'level', colour: 1, points: [point(1_000, 100), point(100_000, 100)] },
      { name: 'theirs', colour: 4, dashed: true, points: [point(10_000, 50)] },
    ],
  });

  it('puts the points where the axes say', () => {
    const dots = [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [x, y]);
    // The area is 496 wide from 74 and 318 high from 44; a hundredfold is two decades.
    expect(dots).toEqual([
      ['74', '44'],
      ['570', '44'],
      ['322', '203'],
    ]);
  });

  it('is one element that escapes what it is given and has both pages', () => {
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg).toContain('a &lt; b &amp; c');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg.match(/<path class="line[^"]*dashed"/g)).toHaveLength(1);
  });

  it('of speeds has a line for each filling that was measured, and that of pgroll', () => {
    const runs = [10, 30, 20].map((rowsPerSecond, round) =>
      idleRun({ filling: 'engine', orders: 10_000, rowsPerSecond, round }),
    );
    const drawn = speedsPlot(runs);
    expect(drawn.match(/<path class="line/g)).toHaveLength(2);
    expect(drawn).toContain(pgroll.name);
  });
});
