import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineQueries, ruleSeries } from '../../monitoring/checks/queries.ts';
import type { RunResult } from '../src/run/result.ts';
import { docker } from './support/docker.ts';
import { queries, valuesOf } from './support/prometheus.ts';
import { Stack } from './support/stack.ts';

/** So many requests a second leave two cores room for everything else that runs on them here. */
const rate = ['--rate', '200'];

/** Counters with a label, of things that do not happen here: their series begin with the first. */
const onlyAfterTheFirst: string[] = [];

let stack: Stack;
let upMs = 0;
let flagSwitches: RunResult['flagSwitches'] = null;
/** When the story was told, epoch ms. */
const story = { from: 0, to: 0 };
beforeAll(async () => {
  stack = await Stack.create('story');
  const begun = Date.now();
  await stack.up();
  upMs = Date.now() - begun;
  await stack.up('prometheus');
});
afterAll(() => stack.down());

describe('docker compose up', () => {
  it('is healthy within three minutes, images being there', () => {
    expect(upMs).toBeLessThan(180_000);
  });

  it('has the shop open with release 1.0, and the live page', async () => {
    const shop = await fetch(`${stack.shopUrl}/v1/products`);
    expect([shop.status, shop.headers.get('x-release')]).toEqual([200, '1.0']);
    const page = await fetch(stack.pageUrl);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
  });

  it('publishes the shop, the page, the flags and the metrics on 127.0.0.1, and nothing else', async () => {
    const ports = await docker(
      ...['ps', '--filter', `label=com.docker.compose.project=${stack.project}`],
      ...['--format', '{{.Ports}}'],
    );
    const published = ports.split(/[\n,]+/).filter((port) => port.includes('->'));
    expect(published).toHaveLength(4);
    for (const port of published) expect(port.trim()).toMatch(/^127\.0\.0\.1:/);
  });

  it('runs every part hardened, none with the engine in its hands', async () => {
    const ids = await docker(
      ...['ps', '--quiet', '--filter', `label=com.docker.compose.project=${stack.project}`],
    );
    const told = await docker(
      ...['inspect', '-f', '{{json .Name}} {{json .HostConfig}} {{json .Mounts}}'],
      ...ids.split('\n'),
    );
    for (const line of told.split('\n')) {
      expect(line).toContain('"ReadonlyRootfs":true');
      expect(line).toContain('"CapDrop":["ALL"]');
      expect(line).toContain('no-new-privileges:true');
      expect(line).toMatch(/"Memory":[1-9]/);
      expect(line).not.toContain('docker.sock');
    }
  });

  it('takes the shop from 1.0 to 4.0, and nobody notices', async () => {
    story.from = Date.now();
    const { how, result } = await stack.lab('story', 'demo', '--quick', ...rate).end();
    story.to = Date.now();
    flagSwitches = result.flagSwitches;
    expect([result.outcome, result.reasons, how]).toEqual(['released', [], 'exit code 0']);
    expect(result).toMatchObject({
      green: true,
      failedRequests: 0,
      lostOrders: 0,
      doubleCharges: 0,
      mismatchedRows: 0,
      oldColumnsGone: true,
    });
    expect(result.ledger?.ordersTold).toBeGreaterThan(500);
    expect(result.releases.map(({ release }) => release)).toEqual(
      expect.arrayContaining(['1.0', '2.0', '3.0', '4.0']),
    );
  }, 400_000);

  it.each(queries())('shows "%s" on the dashboard: it has data of the run', async (_, query) => {
    expect(await valuesOf(stack.prometheusUrl, query, story)).toBeGreaterThan(0);
  });

  it.each(engineQueries())('answers what an engine asks about 2.0: %s', async (_, query) => {
    expect(await valuesOf(stack.prometheusUrl, query, story)).toBeGreaterThan(0);
  });

  it('has the series from which the alert rules choose', async () => {
    const missing: string[] = [];
    for (const series of ruleSeries()) {
      if ((await valuesOf(stack.prometheusUrl, series, story)) === 0) missing.push(series);
    }
    expect(missing).toEqual(onlyAfterTheFirst);
  });

  it('raises no alert while nothing is wrong', async () => {
    expect(await valuesOf(stack.prometheusUrl, 'up{job="api"} == 1', story)).toBeGreaterThan(0);
    expect(await valuesOf(stack.prometheusUrl, 'ALERTS{alertstate="firing"}', story)).toBe(0);
  });

  it('has every replica know within 2 s that a flag was switched', async () => {
    expect(flagSwitches?.count).toBeGreaterThanOrEqual(3);
    expect(flagSwitches?.longestMs).toBeLessThanOrEqual(2_000);
  });

  it('takes a failing release back by its kill switch, in a shop that is fresh again', async () => {
    const failing = ['run', '--strategy', 'canary', '--candidate', 'failing', '--quick'];
    const { result } = await stack
      .lab('failing', ...failing, '--seed-orders', '2000', ...rate)
      .end();
    expect(result).toMatchObject({ outcome: 'rolled-back', caughtBy: ['success-rate'] });
    expect(result).toMatchObject({ lostOrders: 0, doubleCharges: 0, mismatchedRows: 0 });
    // From the verdict to the last bad answer, by way of Unleash.
    expect(result.rollbackSeconds).toBeLessThanOrEqual(2);
  }, 300_000);

  it('leaves nothing behind when it is taken down', async () => {
    expect(await stack.remains()).not.toEqual([]);
    await stack.compose('--profile', 'observability', 'down', '--volumes');
    expect(await stack.remains()).toEqual([]);
  });
});
