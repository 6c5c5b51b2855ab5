import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { durationBuckets } from '../../../platform/metrics/buckets.ts';
import { createWindow } from './p99.ts';

/** A replica's histogram, as src/platform/metrics/http.ts makes it. */
function replica(target: string) {
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Seconds.',
    labelNames: ['route'],
    buckets: durationBuckets,
    registers: [registry],
  });
  return {
    answer(count: number, seconds: number, route = '/v1/orders') {
      for (let n = 0; n < count; n += 1) histogram.observe({ route }, seconds);
    },
    scrape: async () => ({ target, text: await registry.metrics(), failure: null }),
  };
}

const silent = (target: string) => ({ target, text: null, failure: 'connect ECONNREFUSED' });

describe('the p99 of the service', () => {
  it('is that of the last seconds, over all replicas', async () => {
    const [one, two, window] = [replica('one'), replica('two'), createWindow()];
    one.answer(1_000, 9); // before the first look: not of this window
    const first = [await one.scrape(), await two.scrape()];
    expect(window.take(first, 0)).toMatchObject({ kind: 'quiet' });
    one.answer(90, 0.004);
    two.answer(10, 2);
    const found = window.take([await one.scrape(), await two.scrape()], 500);
    expect(found).toMatchObject({ kind: 'measured', note: '2 of 2 replicas, 100 requests' });
    // In the bucket from 1 to 2.5 s, nine tenths up.
    expect(found).toHaveProperty('value', expect.closeTo(2_350));
  });

  it('forgets what is older than its window', async () => {
    const [one, window] = [replica('one'), createWindow()];
    window.take([await one.scrape()], 0);
    one.answer(100, 2);
    expect(window.take([await one.scrape()], 100)).toMatchObject({ kind: 'measured' });
    one.answer(100, 0.002);
    const later = window.take([await one.scrape()], 3_200);
    expect(later).toMatchObject({ kind: 'measured', note: '1 of 1 replicas, 100 requests' });
    expect(later).toHaveProperty('value', expect.closeTo(2.5, 1));
  });

  it('copes with a replica that was restarted', async () => {
    const [before, after, window] = [replica('one'), replica('one'), createWindow()];
    before.answer(500, 0.004);
    window.take([await before.scrape()], 0);
    after.answer(50, 2);
    const found = window.take([await after.scrape()], 100);
    expect(found).toMatchObject({ note: '1 of 1 replicas, 50 requests' });
  });

  it('counts customers alone', async () => {
    const [one, window] = [replica('one'), createWindow()];
    window.take([await one.scrape()], 0);
    for (const route of ['/metrics', '/readyz', '/docs', 'none']) one.answer(100, 2, route);
    const found = window.take([await one.scrape()], 100);
    expect(found).toEqual({ kind: 'quiet', note: '1 of 1 replicas, 0 requests: too few to tell' });
  });

  it('is silent when nobody answers, and goes by those who do', async () => {
    const [one, window] = [replica('one'), createWindow()];
    expect(window.take([silent('http://one/metrics')], 0)).toEqual({
      kind: 'silent',
      note: 'no answer from http://one/metrics: connect ECONNREFUSED',
    });
    window.take([await one.scrape(), silent('two')], 100);
    one.answer(100, 0.004);
    const found = window.take([await one.scrape(), silent('two')], 200);
    expect(found).toMatchObject({ kind: 'measured', note: '1 of 2 replicas, 100 requests' });
  });
});
