import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortTakenError, RouterConfigError } from './errors.ts';
import { pool, until } from './fake-fleet.ts';
import { FakeReplica } from './fake-replica.ts';
import { startRouter } from './router.ts';
import type { Router } from './types.ts';

let router: Router;
let replica: FakeReplica;
beforeEach(async () => {
  router = await startRouter({ healthIntervalMs: 5 });
  replica = await FakeReplica.start('a');
});
afterEach(() => replica.close());

const isReady = () => until(() => router.stats().replicas.every(({ ready }) => ready));

describe('the router in its thread', () => {
  it('answers, and says what processor time it took', async () => {
    await router.set([pool('1.0', 100, replica)]);
    await isReady();
    const before = router.stats().cpuMs;
    const answer = await fetch(router.url);
    expect([answer.status, answer.headers.get('x-replica')]).toEqual([200, 'a']);
    expect(router.stats().cpuMs).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
    expect(router.stats().replicas).toMatchObject([{ id: 'a', release: '1.0', inFlight: 0 }]);
    await router.close();
  });

  it('has new pools in effect when set returns', async () => {
    const releases = ['1.0', '2.0'];
    // More than the address, as the fleet's replicas are: processes cannot go to another thread.
    const more = { ...replica.address, stop: () => {} };
    const set = (release: string) => router.set([{ release, weight: 100, replicas: [more] }]);
    await set('1.0');
    await isReady();
    for (let turn = 0; turn < 50; turn++) {
      const release = releases[turn % 2] ?? '';
      await set(release);
      expect(router.stats().replicas.map((r) => r.release)).toEqual([release]);
    }
    await router.close();
  });

  it('refuses pools with faults, and a port that is taken', async () => {
    await expect(router.set([pool('1.0', 101, replica)])).rejects.toThrow(RouterConfigError);
    await expect(startRouter({ port: router.port })).rejects.toThrow(PortTakenError);
    await router.close();
  });

  it('lets requests in flight end at the close', async () => {
    const held = Promise.withResolvers<void>();
    replica.answer = (_, response) => void held.promise.then(() => response.end('late'));
    await router.set([pool('1.0', 100, replica)]);
    await isReady();
    const answer = fetch(router.url);
    await until(() => router.stats().replicas[0]?.inFlight === 1);
    const closed = router.close();
    held.resolve();
    expect(await (await answer).text()).toBe('late');
    await closed;
    await expect(fetch(router.url)).rejects.toThrow();
  });
});
