import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from './objects.ts';
import { checkThresholds } from './thresholds.ts';

const read = (path: string) =>
  readFileSync(new URL(`../overlays/${path}`, import.meta.url), 'utf8');
const found = (text: string) => checkThresholds([parse(text) as KubeObject]).map((p) => p.problem);

/** Goes with the lab, where that was deleted. */
const limited = it.runIf(existsSync(new URL('../../load-tests/thresholds.json', import.meta.url)));

const files = [
  'argo-rollouts/analysis/success-rate.yaml',
  'argo-rollouts/analysis/p99.yaml',
  'argo-rollouts/analysis/shadow-mismatches.yaml',
  'flagger/canary.yaml',
];

limited.each(files)('%s has the limits of load-tests/thresholds.json', (file) => {
  expect(found(read(file))).toEqual([]);
});

limited.each([
  [files[0], '0.99', '0.9', 'is 0.9, and successRateMin of load-tests/thresholds.json is 0.99'],
  [files[1], '"500"', '"501"', 'is 501, and p99MaxMs of load-tests/thresholds.json is 500'],
  [files[1], '"20"', '"2"', 'is 2, and minRequests of load-tests/thresholds.json is 20'],
  [files[2], '"0"', '"1"', 'is 1, and mismatchesMax of load-tests/thresholds.json is 0'],
  [files[2], '<= {{args.mismatches-max}}', '<= 5', 'has a limit of its own'],
  [
    files[3],
    'min: 0.99',
    'min: 0.98',
    'is 0.98, and successRateMin of load-tests/thresholds.json is 0.99',
  ],
  [files[3], 'name: p99\n', 'name: p95\n', 'p95 has no limit in load-tests/thresholds.json'],
])('the check can fail: %s with %s as %s', (file = '', right, wrong, problem) => {
  expect(found(read(file).replace(right, wrong))).toEqual([problem]);
});
