import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeResult } from '../report/fake-result.ts';
import { combinations, planOf } from './combinations.ts';
import { ComparisonFolder, ComparisonFolderError } from './folder.ts';
import type { ComparisonOptions } from './options.ts';

const options: ComparisonOptions = {
  profile: 'quick',
  rate: 220,
  seedOrders: 20_000,
  seed: '1',
  costPerHour: 300_000,
  change: 'minor-units',
  repeat: 1,
  combinations: ['canary:failing'],
};
const [planned, other] = planOf(combinations('failing'), options);
if (planned === undefined || other === undefined) throw new Error('nothing planned');

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'comparison-')), 'out');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

describe('the folder of a comparison', () => {
  it('has the result of each run, to go on with', () => {
    ComparisonFolder.open(path, options, false).keep(planned, fakeResult({ requests: 7 }));
    const again = ComparisonFolder.open(path, options, true);
    expect(again.finished(planned)?.requests).toBe(7);
    expect(again.finished(other)).toBeNull();
    expect(existsSync(join(path, 'runs', planned.id, 'report.html'))).toBe(true);
  });

  it('does not take a part of a result for one', () => {
    const folder = ComparisonFolder.open(path, options, false);
    folder.keep(planned, fakeResult({ complete: false }));
    expect(folder.finished(planned)).toBeNull();
  });

  it('begins by --resume too, when there is nothing yet', () => {
    expect(ComparisonFolder.open(path, options, true).finished(planned)).toBeNull();
  });

  it('is not begun twice', () => {
    ComparisonFolder.open(path, options, false);
    expect(() => ComparisonFolder.open(path, options, false)).toThrow(
      /holds a comparison: go on with it by --resume/,
    );
  });

  it('is not gone on with under other options, and says which', () => {
    ComparisonFolder.open(path, options, false);
    const different = { ...options, rate: 300, combinations: ['rolling:failing'] };
    expect(() => ComparisonFolder.open(path, different, true)).toThrow(
      /other options: rate was 220 and is 300; combinations was canary:failing and is rolling:/,
    );
  });

  it('is none of runs without options, or with options that cannot be read', () => {
    mkdirSync(join(path, 'runs'), { recursive: true });
    expect(() => ComparisonFolder.open(path, options, true)).toThrow(ComparisonFolderError);
    writeFileSync(join(path, 'plan.json'), '{"schemaVersion":');
    expect(() => ComparisonFolder.open(path, options, true)).toThrow(/not one that this version/);
  });
});
