import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../src/run/result.ts';
import { docker } from './support/docker.ts';
import { Stack } from './support/stack.ts';

/** Of something that is done to the shop: from its beginning until it should long be over, epoch ms. */
interface Window {
  readonly from: number;
  readonly to: number;
}

let stack: Stack;
let result: RunResult;
let exitCode = '';
const windows = new Map<string, Window>();

const kill = (service: string) => async () => {
  await stack.compose('kill', service);
  await sleep(3_000);
  await stack.compose('start', service);
};

/** The nth container of the release that is in use. */
const replica = async (n: number) => (await stack.containers('api-1'))[n] ?? '';

/** What is done, in this order, and how long it may be felt after it is over. */
const blows: readonly [name: string, strike: () => Promise<unknown>, feltMs: number][] = [
  ['redis', kill('redis'), 2_000],
  ['unleash', kill('unleash'), 2_000],
  ['prometheus', kill('prometheus'), 1_000],
  [
    'a replica told to end',
    async () => {
      const id = await replica(0);
      await docker('stop', '--time', '30', id);
      exitCode = await docker('inspect', '-f', '{{.State.ExitCode}}', id);
    },
    1_000,
  ],
  ['a replica killed', async () => docker('kill', await replica(1)), 2_000],
  // The breaker opens, and tries once a second.
  ['gateway', kill('gateway'), 6_000],
  ['postgres', () => stack.compose('restart', 'postgres'), 10_000],
  ['quiet', () => sleep(5_000), 0],
];

/** One run under load for all of them, so that one ledger has to come out right at its end. */
beforeAll(async () => {
  stack = await Stack.create('faults', { REPLICAS: '3' });
  await stack.up();
  await stack.up('prometheus');
  const load = ['--rate', '100', '--seed-orders', '2000'];
  const run = stack.lab('faults', 'hold', '--quick', '--for', '70', ...load);
  await run.until('hold:');
  for (const [name, strike, feltMs] of blows) {
    const from = Date.now();
    await strike();
    await sleep(feltMs);
    windows.set(name, { from, to: Date.now() });
  }
  result = (await run.end()).result;
});
afterAll(() => stack.down());

/** Requests that failed in a window, by what the lab told once a second. */
function failedIn(name: string): number {
  const { from = 0, to = 0 } = windows.get(name) ?? {};
  const seconds = result.timeline.flatMap((e) => (e.type === 'second' ? [e] : []));
  const inside = seconds.filter(({ at }) => at >= from && at <= to);
  expect(inside.length).toBeGreaterThan(0);
  return inside.reduce((sum, { failed }) => sum + failed, 0);
}

describe('under load, with one thing after the other going away', () => {
  it('nothing that was acknowledged is lost, and nobody is charged twice', () => {
    expect(result).toMatchObject({ complete: true, lostOrders: 0, doubleCharges: 0 });
    expect(result).toMatchObject({ mismatchedRows: 0, findings: [] });
    expect(result.ledger?.ordersTold).toBeGreaterThan(500);
  });

  it.each(['redis', 'unleash', 'prometheus', 'a replica told to end', 'quiet'])(
    '%s: no request fails',
    (name) => expect(failedIn(name)).toBe(0),
  );

  it('a replica that is told to end drains, and its container ends with 0', () => {
    expect(exitCode).toBe('0');
  });

  it('a replica killed: only what it had in hand fails', () => {
    expect(failedIn('a replica killed')).toBeLessThan(20);
  });

  it('the gateway gone: payments wait for it, orders go on', () => {
    expect(failedIn('gateway')).toBeGreaterThan(0);
    const { from = 0, to = 0 } = windows.get('gateway') ?? {};
    const then = result.failures.filter(({ at }) => at >= from && at <= to);
    expect(new Set(then.map(({ kind }) => kind))).toEqual(new Set(['pay-order']));
  });

  it('PostgreSQL restarted: answers are back within seconds', () => {
    expect(failedIn('postgres')).toBeGreaterThan(0);
    const { to = 0 } = windows.get('postgres') ?? {};
    const after = result.timeline.filter((e) => e.type === 'second' && e.at > to && e.failed > 0);
    expect(after).toEqual([]);
  });
});
