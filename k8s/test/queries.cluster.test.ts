import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../check/run-tool.ts';
import { ofKind } from '../policy/objects.ts';
import { renderedObjects } from './rendered.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'queries-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the engines fill in. */
const values: Readonly<Record<string, string>> = {
  'args.release': '2.0',
  'variables.release': '2.0',
  interval: '2m',
  'args.min-requests': '20',
  'variables.min_requests': '20',
};

const filled = (query: string) =>
  query.replace(/\{\{ ?([\w.-]+) ?\}\}/g, (_whole, name: string) => values[name] ?? name);

/** The queries of an engine's analyses, by the names of the metrics. */
async function queriesOf(engine: string): Promise<ReadonlyMap<string, string>> {
  const objects = await renderedObjects(engine);
  const analyses = ofKind(objects, 'AnalysisTemplate').flatMap(({ spec }) => spec.metrics ?? []);
  const templates = ofKind(objects, 'MetricTemplate');
  return new Map([
    ...analyses.map(
      ({ name, provider }) => [name, filled(provider.prometheus?.query ?? '')] as const,
    ),
    ...templates.map(({ metadata, spec }) => [metadata.name, filled(spec.query)] as const),
  ]);
}

const counted = (status: number, each: number, release = '2.0') => ({
  series: `http_request_duration_seconds_count{route="/v1/orders",release="${release}",status="${status}"}`,
  values: `0+${each}x10`,
});

/** A minute's requests by the time that they took at most. */
const timed = (le: string, each: number) => ({
  series: `http_request_duration_seconds_bucket{route="/v1/orders",release="2.0",status="200",le="${le}"}`,
  values: `0+${each}x10`,
});

const mismatches = (each: number) => ({
  series: 'schema_shadow_mismatches_total{change="minor-units",kind="different",release="2.0"}',
  values: `0+${each}x10`,
});

type Case = readonly [string, string, readonly object[], number | null];

const cases: readonly Case[] = [
  ['every request is good', 'success-rate', [counted(200, 60)], 1],
  ['every request fails', 'success-rate', [counted(503, 60)], 0],
  ['too few requests', 'success-rate', [counted(200, 5)], null],
  ['requests of the other release', 'success-rate', [counted(200, 60, '1.0')], null],
  [
    'one in sixty is slow',
    'p99',
    [counted(200, 60), timed('0.5', 59), timed('1', 60), timed('+Inf', 60)],
    700,
  ],
  ['too few to call slow', 'p99', [counted(200, 5), timed('1', 5), timed('+Inf', 5)], null],
  ['shapes that agree', 'shadow-mismatches', [mismatches(0)], 0],
  ['shapes that differ', 'shadow-mismatches', [mismatches(3)], 6],
  ['no replica', 'shadow-mismatches', [], null],
];

/** Whether Prometheus' own test of rules finds the value; null is no sample at all. */
async function gives(query: string, series: readonly object[], value: number | null) {
  const exp_samples = value === null ? [] : [{ labels: '{}', value }];
  const expected = { expr: `round(${query}, 0.001)`, eval_time: '5m', exp_samples };
  const test = { interval: '1m', input_series: series, promql_expr_test: [expected] };
  const file = join(folder, 'test.yml');
  writeFileSync(file, JSON.stringify({ evaluation_interval: '1m', tests: [test] }));
  const result = await runTool('promtool', ['test', 'rules', file]);
  if (!result.found) throw new Error('promtool is not in PATH: install it (Debian: prometheus)');
  return result.ok;
}

describe.each(['argo-rollouts', 'flagger'])('the analyses of %s', (engine) => {
  it.each(cases)('%s', async (_what, metric, series, value) => {
    const query = (await queriesOf(engine)).get(metric) ?? '';
    expect(await gives(query, series, value)).toBe(true);
    expect(await gives(query, series, 0.5)).toBe(false);
  });
});
