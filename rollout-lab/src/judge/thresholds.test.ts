import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIXED } from './fixed-thresholds.ts';
import { loadThresholds, ThresholdsError, thresholdsFile } from './thresholds.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thresholds-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function problemsOf(content: string): Promise<readonly string[]> {
  const path = join(folder, 'thresholds.json');
  await writeFile(path, content);
  try {
    loadThresholds(path);
  } catch (error) {
    expect(error).toBeInstanceOf(ThresholdsError);
    return (error as ThresholdsError).problems;
  }
  return [];
}

describe('loadThresholds', () => {
  it('reads the file that is shipped', () => {
    expect(Object.keys(loadThresholds(thresholdsFile)).sort()).toEqual(Object.keys(FIXED).sort());
  });

  it('gives the values as they stand', async () => {
    expect(await problemsOf(JSON.stringify(FIXED))).toEqual([]);
    expect(loadThresholds(join(folder, 'thresholds.json'))).toEqual(FIXED);
  });

  it.each([
    ['successRateMin', 99],
    ['p99MaxMs', 0],
    ['p99Ratio', 0.9],
    ['p99SlackMs', -1],
    ['minRequests', 0],
    ['alpha', 0.5],
    ['mismatchesMax', '0'],
  ])('refuses %s = %j by name', async (name, value) => {
    const values = { ...FIXED, [name]: value };
    const problems = await problemsOf(JSON.stringify(values));
    expect(problems).toEqual([
      expect.stringMatching(`^${name} is ${JSON.stringify(value)}: allowed`),
    ]);
  });

  it('names every fault at once', async () => {
    const { alpha: _, ...rest } = FIXED;
    const problems = await problemsOf(JSON.stringify({ ...rest, p99Ratio: null, extra: 1 }));
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'extra',
      'p99Ratio',
      'alpha',
    ]);
  });

  it.each(['', '[]', 'null'])("refuses '%s' as a whole", async (content) => {
    expect(await problemsOf(content)).toHaveLength(1);
  });

  it('names a file that is missing', () => {
    expect(() => loadThresholds(join(folder, 'none.json'))).toThrow(/none\.json: cannot be read/);
  });
});
