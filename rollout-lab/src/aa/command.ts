import { writeFileSync } from 'node:fs';
import { loadThresholds, thresholdsFile } from '../judge/thresholds.ts';
import type { Thresholds } from '../judge/types.ts';
import { conduct, type Result } from './conduct.ts';
import { experiments } from './experiments.ts';
import { tableOf } from './table.ts';

export interface AaOptions {
  readonly windows: number;
  readonly seed: string;
  readonly json?: string;
}

/** Every difference matters: for power, and to see the tests alone, without what the slack hides. */
const strictOf = (shipped: Thresholds): Thresholds => ({
  ...shipped,
  p99Ratio: 1,
  p99SlackMs: 0,
  latencyRatio: 1,
  latencySlackMs: 0,
});

/**
 * Judges data in which nothing is wrong, and data in which something known is; a line each as it
 * comes. Returns whether every bound holds.
 */
export function measureJudge(
  { windows, seed, json }: AaOptions,
  out: (line: string) => void,
): boolean {
  const shipped = loadThresholds(thresholdsFile);
  const thresholds = { shipped, strict: strictOf(shipped) };
  const results = experiments.map((experiment) => {
    const result = conduct(experiment, windows, seed, thresholds);
    out(lineOf(result));
    return result;
  });
  const holds = results.every((result) => result.holds);
  out(holds ? 'Every bound holds.' : 'A bound does not hold.');
  out(`\n${tableOf(results)}`);
  if (json !== undefined) {
    const report = { windows, seed, thresholds, holds, results };
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return holds;
}

function lineOf(result: Result): string {
  const { bound, windows, failed } = result;
  const promised =
    bound === null
      ? 'nothing promised'
      : `${bound.kind} ${100 * bound.share} %${bound.kind === 'at least' && bound.sample !== null ? ` within ${bound.sample} requests` : ''}`;
  const needed = result.p99 === null ? '' : `, after ${result.median} requests, p99 ${result.p99}`;
  const kayenta =
    result.kayentaOnce === null
      ? ''
      : `, kayenta ${result.kayentaOnce} once, ${result.kayentaEver} in five looks`;
  const what = `${result.kind}, ${result.traffic}, ${result.thresholds}, ${result.planted}`;
  return `${result.holds ? 'ok ' : 'NOT'} ${what}: ${failed} of ${windows} failed (${promised})${needed}${kayenta}`;
}
