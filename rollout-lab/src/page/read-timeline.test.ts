import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoResultError, readTimeline } from './read-timeline.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scaleretail-replay-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'result.json');
  writeFileSync(path, text);
  return path;
}

describe('the course of a run of the past', () => {
  const timeline = [{ at: 1, type: 'run' }];

  it('is read from its result, or from the folder with it', () => {
    const path = file(JSON.stringify({ complete: false, timeline }));
    expect(readTimeline(path)).toEqual(timeline);
    expect(readTimeline(folder)).toEqual(timeline);
  });

  it.each([
    ['not JSON', /not JSON/],
    ['7', /not the result/],
    ['{"timeline":[7]}', /not the result/],
    ['{"timeline":[]}', /before it began/],
  ])('is not in %s', (text, why) => {
    const path = file(text);
    expect(() => readTimeline(path)).toThrow(NoResultError);
    expect(() => readTimeline(path)).toThrow(why);
  });

  it('is not where there is no file', () => {
    expect(() => readTimeline(join(folder, 'none'))).toThrow(/none cannot be replayed: ENOENT/);
  });
});
