import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cohortOf } from './cohort.ts';
import { PortTakenError, RouterConfigError } from './errors.ts';
import { FakeFleet, pool, until } from './fake-fleet.ts';
import { serve } from './serve.ts';

let fleet: FakeFleet;
beforeEach(async () => {
  fleet = await FakeFleet.start();
});
afterEach(() => fleet.close());

describe('the split', () => {
  const customers = Array.from({ length: 60 }, (_, i) => `c-${i}`);
  const answerers = () => Promise.all(customers.map((id) => fleet.answererOf(id)));
  const inCanary = async () => {
    const answers = await answerers();
    return customers.filter((_, i) => answers[i] === 'canary');
  };

  it('sends a customer to the canary exactly when the cohort is below the weight', async () => {
    await fleet.twoReleases(25);
    const expected = customers.filter((id) => cohortOf(id) < 25);
    expect(expected.length).toBeGreaterThan(0);
    expect(await inCanary()).toEqual(expected);
    expect(await inCanary()).toEqual(expected);
  });

  it('keeps everybody in the canary when its weight grows', async () => {
    const { stable, canary } = await fleet.twoReleases(10);
    const before = await inCanary();
    fleet.router.set([pool('1.0', 40, stable), pool('2.0', 60, canary)]);
    const after = await inCanary();
    expect(after.length).toBeGreaterThan(before.length);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it.each([
    [0, 'stable'],
    [100, 'canary'],
  ])('sends everybody one way at a weight of %i', async (weight, id) => {
    await fleet.twoReleases(weight);
    expect(new Set(await answerers())).toEqual(new Set([id]));
  });

  it('sends everybody to the only pool, with or without an id', async () => {
    await fleet.single();
    const answer = await fetch(fleet.router.url);
    expect(answer.headers.get('x-replica')).toBe('a');
    expect(new Set(await answerers())).toEqual(new Set(['a']));
  });

  it('switches all traffic when the pools are replaced', async () => {
    const { canary } = await fleet.twoReleases(0);
    fleet.router.set([pool('2.0', 100, canary)]);
    expect(new Set(await answerers())).toEqual(new Set(['canary']));
    await until(() => fleet.statsOf('stable') === undefined);
  });
});

describe('the phase of a run', () => {
  it("stands in every answer from then on, the router's own too", async () => {
    const phaseOf = async () => (await fetch(fleet.router.url)).headers.get('x-rollout-phase');
    await fleet.single();
    expect(await phaseOf()).toBeNull();
    fleet.router.phase('canary-1.0-2.0');
    expect(await phaseOf()).toBe('canary-1.0-2.0');
    fleet.router.set([]);
    expect(await phaseOf()).toBe('canary-1.0-2.0');
  });
});

describe('balancing', () => {
  it('takes turns between equals', async () => {
    const members = [];
    for (const id of ['a', 'b', 'c']) members.push(await fleet.replica(id));
    fleet.router.set([pool('1.0', 100, ...members)]);
    await fleet.isReady('a', 'b', 'c');
    const order: Array<string | null> = [];
    for (let i = 0; i < 6; i++) order.push(await fleet.answererOf('x'));
    expect(new Set(order.slice(0, 3))).toEqual(new Set(['a', 'b', 'c']));
    expect(order.slice(3)).toEqual(order.slice(0, 3));
  });

  it('prefers the replica with the fewest requests in flight', async () => {
    const [a, b] = [await fleet.replica('a'), await fleet.replica('b')];
    const held = Promise.withResolvers<void>();
    a.answer = (_, response) => void held.promise.then(() => response.end());
    fleet.router.set([pool('1.0', 100, a, b)]);
    await fleet.isReady('a', 'b');
    const first = fleet.ask('x');
    await until(() => fleet.statsOf('a')?.inFlight === 1);
    for (let i = 0; i < 3; i++) expect(await fleet.answererOf('x')).toBe('b');
    held.resolve();
    await first;
    expect(fleet.statsOf('a')?.inFlight).toBe(0);
  });
});

describe('readiness', () => {
  it('uses a replica only after its first 200', async () => {
    const fresh = await fleet.replica('fresh');
    fresh.ready = false;
    fleet.router.set([pool('1.0', 100, fresh)]);
    await until(() => fresh.polls > 1);
    const refused = await fleet.ask('x');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.headers.get('x-release')).toBe('1.0');
    expect(await refused.json()).toMatchObject({ status: 503, code: 'no_ready_replica' });
    fresh.ready = true;
    await fleet.isReady('fresh');
    expect((await fleet.ask('x')).status).toBe(200);
  });

  it('sends nothing to a replica after it said 503 to a poll', async () => {
    const [a, b] = [await fleet.replica('a'), await fleet.replica('b')];
    fleet.router.set([pool('1.0', 100, a, b)]);
    await fleet.isReady('a', 'b');
    a.ready = false;
    await fleet.isUnready('a');
    for (let i = 0; i < 10; i++) expect(await fleet.answererOf('x')).toBe('b');
    expect(a.seen).toEqual([]);
  });

  it('sees that a replica died', async () => {
    const [a, b] = [await fleet.replica('a'), await fleet.replica('b')];
    fleet.router.set([pool('1.0', 100, a, b)]);
    await fleet.isReady('a', 'b');
    await a.close();
    await fleet.isUnready('a');
    for (let i = 0; i < 4; i++) expect(await fleet.answererOf('x')).toBe('b');
  });

  it('does not fall over to the other release', async () => {
    const { canary } = await fleet.twoReleases(100);
    canary.ready = false;
    await fleet.isUnready('canary');
    const answer = await fleet.ask('x');
    expect([answer.status, answer.headers.get('x-release')]).toEqual([503, '2.0']);
  });

  it('names the release of the replica that was meant, where a pool has two', async () => {
    const [old, next] = [await fleet.replica('old'), await fleet.replica('next')];
    const two = [
      { ...old.address, release: '1.0' },
      { ...next.address, release: '2.0' },
    ];
    fleet.router.set([{ release: '1.0', weight: 100, replicas: two }]);
    await fleet.isReady('old', 'next');
    next.answer = (request) => request.socket.destroy();
    const answers = [await fleet.ask('x'), await fleet.ask('x')];
    const failed = answers.filter((answer) => answer.status === 502);
    expect(failed.map((answer) => answer.headers.get('x-release'))).toEqual(['2.0']);
    expect(fleet.statsOf('next')?.release).toBe('2.0');
  });

  it('keeps the readiness of a replica that stays', async () => {
    const a = await fleet.single();
    fleet.router.set([pool('1.0', 50, a), pool('2.0', 50)]);
    expect(fleet.statsOf('a')?.ready).toBe(true);
  });
});

describe('removal', () => {
  it('lets a removed replica finish what is in flight', async () => {
    const old = await fleet.single();
    const next = await fleet.replica('next');
    const held = Promise.withResolvers<void>();
    old.answer = (_, response) => {
      response.write('begin ');
      void held.promise.then(() => response.end('end'));
    };
    const answer = await fleet.ask('x');
    fleet.router.set([pool('2.0', 100, next)]);
    await fleet.isReady('next');
    expect(fleet.statsOf('a')).toMatchObject({ removed: true, ready: false, inFlight: 1 });
    expect(await fleet.answererOf('x')).toBe('next');
    held.resolve();
    expect(await answer.text()).toBe('begin end');
    await until(() => fleet.statsOf('a') === undefined);
    expect(old.seen).toHaveLength(1);
  });

  it('lets requests in flight end at the close', async () => {
    const a = await fleet.single();
    const held = Promise.withResolvers<void>();
    a.answer = (_, response) => void held.promise.then(() => response.end('late'));
    const answer = fleet.ask('x');
    await until(() => fleet.statsOf('a')?.inFlight === 1);
    const closed = fleet.close();
    held.resolve();
    expect(await (await answer).text()).toBe('late');
    await closed;
    await expect(fleet.ask('x')).rejects.toThrow();
    fleet = await FakeFleet.start();
  });
});

describe('what cannot be', () => {
  it('is a port that is taken', async () => {
    const error = await serve({ port: fleet.router.port }).catch((e) => e);
    expect(error).toBeInstanceOf(PortTakenError);
    expect(error.port).toBe(fleet.router.port);
  });

  it('is a set of pools with faults: all are named and the old pools stay', async () => {
    const a = await fleet.single();
    const pools = [pool('1.0', 101, a), pool('2.0', Number.NaN, a), pool('3.0', 0)];
    const set = () => fleet.router.set(pools);
    expect(set).toThrow(RouterConfigError);
    expect(set).toThrow(/3 pools.*101.*NaN.*replica a is named twice/);
    expect(await fleet.answererOf('x')).toBe('a');
  });
});
