import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { createHealth, registerHealth } from './health.ts';
import { type PressureLimits, pressureLimits, registerLoadShedding } from './load-shedding.ts';
import { registerProblems } from './problem-answers.ts';

/** An application with one route of a customer's, under these limits and else those of the service. */
async function appUnder(limits: Partial<PressureLimits>) {
  const app = Fastify();
  onTestFinished(() => app.close());
  const metrics = createMetrics('2.0');
  registerProblems(app);
  await registerLoadShedding(app, metrics, { ...pressureLimits(), ...limits });
  registerHealth(app, createHealth([]), metrics);
  app.get('/v1/products', async () => 'pens');
  await app.ready();
  const status = async (path: string) => (await app.inject(path)).statusCode;
  const shed = async () => (await metrics.shed.get()).values.filter(({ value }) => value > 0);
  return { app, status, shed };
}

/** Waits for a sample of the process, which is taken every two seconds. */
async function untilAnswered(status: () => Promise<number>, wanted: number): Promise<void> {
  await expect.poll(status, { timeout: 20_000, interval: 50 }).toBe(wanted);
}

describe('a replica under pressure', () => {
  it.each([
    ['heap', { heapUsedBytes: 1 }],
    ['rss', { rssBytes: 1 }],
  ])('refuses requests and says when to come back: %s', async (reason, limits) => {
    const { app, status, shed } = await appUnder(limits);
    await untilAnswered(() => status('/v1/products'), 503);
    const answer = await app.inject('/v1/products');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toMatchObject({ status: 503, code: 'overloaded' });
    expect(await shed()).toEqual([{ labels: { reason }, value: 2 }]);
  });

  it('answers its probes and gives its metrics', async () => {
    const { status } = await appUnder({ heapUsedBytes: 1 });
    await untilAnswered(() => status('/v1/products'), 503);
    for (const path of ['/livez', '/readyz', '/startupz', '/metrics']) {
      expect(await status(path)).toBe(200);
    }
  });

  it('refuses while its event loop stands still, and serves again by itself', async () => {
    const { status, shed } = await appUnder({});
    const stuck = setInterval(() => {
      for (const until = performance.now() + 1_500; performance.now() < until; );
    });
    await untilAnswered(() => status('/v1/products'), 503);
    clearInterval(stuck);
    await untilAnswered(() => status('/v1/products'), 200);
    expect((await shed()).map(({ labels }) => labels)).toEqual([{ reason: 'event-loop-delay' }]);
  });
});

it('the limits of a process at rest leave it room', () => {
  const { heapUsed, rss } = process.memoryUsage();
  const limits = pressureLimits();
  expect(limits.heapUsedBytes).toBeGreaterThan(2 * heapUsed);
  expect(limits.rssBytes).toBeGreaterThan(2 * rss);
});
