import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidRolloutError, UnknownFlagError } from '@scaleretail/embedded/flag-server';
import { startUnleash, type Unleash } from 'unleash-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnleashFlags } from '../src/compose/unleash.ts';
import { type Flags, startFlags } from '../src/world/flags.ts';
import { allFlags } from '../src/world/world.ts';
import { Stack } from './support/stack.ts';

const flag = 'orders.read-new';
const switchOnly = 'orders.dual-write';
const customers = Array.from({ length: 1_000 }, (_, n) => `customer-${n}`);
const pollMs = 250;

interface Server {
  readonly flags: Flags;
  readonly url: string;
  readonly token: string;
  readonly close: () => Promise<unknown>;
}

async function embedded(): Promise<Server> {
  const flags = await startFlags(allFlags());
  return { flags, url: flags.url, token: flags.token, close: flags.close };
}

/** The server of docker-compose.yml, with what it needs and what it imports. */
async function real(): Promise<Server> {
  const stack = await Stack.create('flags');
  await stack.up('unleash');
  const secret = (name: string) =>
    stack.compose('exec', '-T', 'unleash', 'cat', `/secrets/${name}`);
  const access = {
    url: `${stack.flagsUrl}/api`,
    clientToken: await secret('service/unleash-token'),
    adminToken: await secret('operator/unleash-admin-token'),
  };
  const flags = new UnleashFlags(access, allFlags());
  return { flags, url: access.url, token: access.clientToken, close: () => stack.down() };
}

/** Who had the flag at each share, by server: both must choose the same customers. */
const chosen = new Map<string, string[][]>();

describe.each([
  ['the embedded flag server', embedded],
  ['Unleash', real],
])('%s', (name, start) => {
  let server: Server;
  let client: Unleash;
  const isOn = (which: string, userId: string) => client.isEnabled(which, { userId });
  /** Waits until the client sees it so; at most 2 s, which is what a kill switch may take. */
  const seen = async (isSo: () => boolean) => {
    for (let waited = 0; !isSo() && waited < 2_000; waited += 50) await sleep(50);
    return isSo();
  };

  beforeAll(async () => {
    server = await start();
    client = await startUnleash({
      url: `${server.url}/`,
      appName: 'test',
      customHeaders: { authorization: server.token },
      refreshInterval: pollMs,
      disableMetrics: true,
    });
  });
  afterAll(async () => {
    client?.destroy();
    await server?.close();
  });

  it('has every flag of the changes, all off', async () => {
    const sorted = (all: readonly { name: string }[]) =>
      [...all].sort((a, b) => a.name.localeCompare(b.name));
    expect(sorted(await server.flags.get())).toEqual(sorted(allFlags()));
  });

  it('switches a flag on and off, and a client that polls knows within 2 s', async () => {
    expect(isOn(switchOnly, 'anybody')).toBe(false);
    await server.flags.set(switchOnly, { enabled: true });
    expect(await seen(() => isOn(switchOnly, 'anybody'))).toBe(true);
    expect(client.isEnabled(switchOnly)).toBe(true);
    await server.flags.set(switchOnly, { enabled: false });
    expect(await seen(() => !isOn(switchOnly, 'anybody'))).toBe(true);
  });

  it('gives a flag to a share of the customers that only grows', async () => {
    const shares: string[][] = [];
    for (const rollout of [5, 25, 100]) {
      await server.flags.set(flag, { enabled: true, rollout });
      const has = () => customers.filter((customer) => isOn(flag, customer));
      expect(await seen(() => Math.abs(has().length / 10 - rollout) < 3)).toBe(true);
      shares.push(has());
    }
    const [few = [], more = [], all = []] = shares;
    expect(few.every((customer) => more.includes(customer))).toBe(true);
    expect(all).toEqual(customers);
    chosen.set(name, shares);
  });

  it('tells what it was set to', async () => {
    const told = await server.flags.set(flag, { enabled: true, rollout: 40 });
    expect(told).toMatchObject({ name: flag, enabled: true, rollout: 40 });
    await sleep(server.flags.settleMs + 500);
    expect(await server.flags.get()).toContainEqual(told);
  });

  it('refuses a flag that there is not, and a share that is none', async () => {
    await expect(server.flags.set('orders.no-such', { enabled: true })).rejects.toThrow(
      UnknownFlagError,
    );
    for (const rollout of [-1, 101, Number.NaN]) {
      await expect(server.flags.set(flag, { rollout })).rejects.toThrow(InvalidRolloutError);
    }
    expect(await server.flags.get()).toContainEqual(
      expect.objectContaining({ name: flag, rollout: 40 }),
    );
  });
});

it('both servers choose the same customers', () => {
  const [one, other, ...more] = [...chosen.values()];
  expect(one).toEqual(other);
  expect(one?.map((share) => share.length)).toEqual([
    expect.any(Number),
    expect.any(Number),
    customers.length,
  ]);
  expect(more).toEqual([]);
});
