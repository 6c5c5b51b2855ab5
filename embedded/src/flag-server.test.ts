import { once } from 'node:events';
import { InMemStorageProvider, Unleash, type UnleashConfig } from 'unleash-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FlagServer,
  type FlagServerOptions,
  InvalidRolloutError,
  startFlagServer,
  UnknownFlagError,
} from './flag-server.ts';

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

function request(path: string, init: { method?: string; body?: unknown; etag?: string } = {}) {
  return fetch(new URL(path, server.url), {
    method: init.method ?? 'GET',
    headers: {
      authorization: TOKEN,
      ...(init.etag === undefined ? {} : { 'if-none-match': init.etag }),
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
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
    const first = await request('/api/client/features');
    const etag = first.headers.get('etag') ?? '';
    expect((await request('/api/client/features', { etag })).status).toBe(304);
    server.set('orders.read-new', { rollout: 26 });
    const changed = await request('/api/client/features', { etag });
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

describe('the flag server for people', () => {
  it('shows and changes flags over HTTP', async () => {
    const changed = { name: 'orders.read-new', enabled: false, rollout: 12.5 };
    const body = { enabled: false, rollout: 12.5 };
    const answer = await request('/flags/orders.read-new', { method: 'PUT', body });
    expect([answer.status, await answer.json()]).toEqual([200, changed]);
    expect(await (await request('/flags')).json()).toEqual([FLAGS[0], changed]);
    expect(server.get()).toEqual([FLAGS[0], changed]);
  });

  it.each([
    [{ rollout: 101 }],
    [{ rollout: -1 }],
    [{ rollout: '50' }],
    [{ enabled: 'yes' }],
    [{ enable: true }],
    [{}],
  ])('refuses the change %j', async (body) => {
    expect((await request('/flags/orders.read-new', { method: 'PUT', body })).status).toBe(400);
    expect(server.get()).toEqual(FLAGS);
  });

  it('names the flags that there are when asked for another', async () => {
    const answer = await request('/flags/typo', { method: 'PUT', body: { enabled: true } });
    expect([answer.status, await answer.json()]).toEqual([
      404,
      expect.objectContaining({ known: ['orders.dual-write', 'orders.read-new'] }),
    ]);
    expect(() => server.set('typo', {})).toThrow(UnknownFlagError);
    expect(() => server.set('typo', {})).toThrow(/orders\.dual-write, orders\.read-new/);
  });

  it('refuses a rollout that is no percentage in a program too', async () => {
    for (const rollout of [-1, 100.5, Number.NaN]) {
      expect(() => server.set('orders.read-new', { rollout })).toThrow(InvalidRolloutError);
    }
    const flags = [{ name: 'x', enabled: true, rollout: 200 }];
    await expect(startFlagServer({ flags })).rejects.toThrow(InvalidRolloutError);
    expect(server.get()).toEqual(FLAGS);
  });

  it('closes although a client keeps its connection', async () => {
    await (await request('/flags')).text(); // fetch keeps the connection for reuse
    await server.close();
    await expect(request('/flags')).rejects.toThrow('fetch failed');
  });
});
