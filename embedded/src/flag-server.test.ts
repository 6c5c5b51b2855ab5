import { once } from 'node:events';
import { InMemStorageProvider, Unleash, type UnleashConfig } from 'unleash-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FlagServer, type FlagServerOptions, startFlagServer } from './flag-server.ts';

const TOKEN = 'secret';
const FLAGS = [
  { name: 'orders.dual-write', enabled: false, rollout: 100 },
  { name: 'orders.read-new', enabled: true, rollout: 25 },
];
const USERS = Array.from({ length: 2_000 }, (_, index) => `customer-${index}`);
const LIMIT = { timeout: 30_000, interval: 20 };

let server: FlagServer;
const servers: FlagServer[] = [];
const clients: Unleash[] = [];

async function start(options: Partial<FlagServerOptions> = {}): Promise<FlagServer> {
  const started = await startFlagServer({ token: TOKEN, flags: FLAGS, ...options });
  servers.push(started);
  return started;
}

/** The real client, not yet in contact. */
function createClient(config: Partial<UnleashConfig> = {}): Unleash {
  const client = new Unleash({
    url: server.url,
    appName: 'test',
    instanceId: 'one',
    refreshInterval: 50,
    disableMetrics: true,
    storageProvider: new InMemStorageProvider(),
    customHeaders: { Authorization: TOKEN },
    ...config,
  });
  clients.push(client);
  return client;
}

async function connect(config: Partial<UnleashConfig> = {}): Promise<Unleash> {
  const client = createClient(config);
  await once(client, 'synchronized');
  return client;
}

function cohort(client: Unleash, flag: string): Set<string> {
  return new Set(USERS.filter((userId) => client.isEnabled(flag, { userId })));
}

function poll(etag: string): Promise<Response> {
  const headers = { authorization: TOKEN, 'if-none-match': etag };
  return fetch(new URL('/api/client/features', server.url), { headers });
}

beforeEach(async () => {
  server = await start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(servers.splice(0).map((each) => each.close()));
});

describe('the flag server and the real Unleash client', { timeout: 60_000 }, () => {
  it('shows a flag going on and off, also to a call that names no customer', async () => {
    const client = await connect();
    expect(client.isEnabled('orders.dual-write')).toBe(false);
    server.set('orders.dual-write', { enabled: true });
    await expect.poll(() => client.isEnabled('orders.dual-write'), LIMIT).toBe(true);
    server.set('orders.dual-write', { enabled: false });
    await expect.poll(() => client.isEnabled('orders.dual-write'), LIMIT).toBe(false);
  });

  it('puts a quarter of the customers in, the same ones for every client and call', async () => {
    const client = await connect();
    const quarter = cohort(client, 'orders.read-new');
    expect(quarter.size / USERS.length).toBeCloseTo(0.25, 1);
    expect(cohort(client, 'orders.read-new')).toEqual(quarter);
    expect(cohort(await connect({ instanceId: 'two' }), 'orders.read-new')).toEqual(quarter);
  });

  it('keeps every customer in while the rollout grows, up to all of them', async () => {
    const client = await connect();
    let before = cohort(client, 'orders.read-new');
    for (const rollout of [50, 75, 100]) {
      server.set('orders.read-new', { rollout });
      const target = Math.floor((USERS.length * (rollout - 2)) / 100);
      await expect
        .poll(() => cohort(client, 'orders.read-new').size, LIMIT)
        .toBeGreaterThan(target);
      const after = cohort(client, 'orders.read-new');
      expect([...before].filter((user) => !after.has(user))).toEqual([]);
      before = after;
    }
    expect(before.size).toBe(USERS.length);
  });

  it('draws anew for each call where stickiness is random', async () => {
    const flags = [{ name: 'sampled', enabled: true, rollout: 50, stickiness: 'random' as const }];
    server = await start({ flags });
    const client = await connect();
    const draws = USERS.map(() => client.isEnabled('sampled', { userId: 'the same' }));
    expect(new Set(draws)).toEqual(new Set([true, false]));
  });

  it('answers a poll without news with 304, and the next news with a new ETag', async () => {
    const client = await connect();
    await once(client, 'unchanged');
    const etag = (await poll('')).headers.get('etag') ?? '';
    expect((await poll(etag)).status).toBe(304);
    server.set('orders.read-new', { rollout: 26 });
    const changed = await poll(etag);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('refuses a client with another token, and asks for none when none is set', async () => {
    const headers = { Authorization: 'guess' };
    const [error] = await once(createClient({ customHeaders: headers }), 'error');
    expect(String(error)).toContain('401');
    expect((await fetch(new URL('/flags', server.url))).status).toBe(401);
    server = await start({ token: '' });
    await connect({ customHeaders: headers });
  });

  it('knows the clients that registered, and takes their metrics', async () => {
    const client = createClient({
      instanceId: 'three',
      disableMetrics: false,
      metricsInterval: 50,
    });
    await once(client, 'synchronized');
    await expect.poll(() => server.clients(), LIMIT).toEqual(['three']);
    client.isEnabled('orders.read-new', { userId: 'x' });
    await once(client, 'sent');
  });
});
