import { connect as connectTo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FlagServer,
  InvalidRolloutError,
  startFlagServer,
  UnknownFlagError,
} from './flag-server.ts';

const FLAGS = [
  { name: 'orders.dual-write', enabled: false, rollout: 100 },
  { name: 'orders.read-new', enabled: true, rollout: 25 },
];

let server: FlagServer;

beforeEach(async () => {
  server = await startFlagServer({ token: 'secret', flags: FLAGS });
});

afterEach(() => server.close());

function request(path: string, init: { method?: string; body?: unknown } = {}) {
  const authorization = 'secret';
  const url = new URL(path, server.url);
  if (init.method === undefined) return fetch(url, { headers: { authorization } });
  const headers = { authorization, 'content-type': 'application/json' };
  return fetch(url, { method: init.method, headers, body: JSON.stringify(init.body) });
}

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

  it('closes although a client keeps its connection, even in the middle of a request', async () => {
    await (await request('/flags')).text(); // fetch keeps the connection for reuse
    const socket = connectTo(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined); // the server may reset it
    await new Promise((resolve) => socket.write('GET /flags HTTP/1.1\r\n', resolve));
    const dropped = new Promise((resolve) => socket.once('close', resolve));
    await server.close();
    await dropped;
    await expect(request('/flags')).rejects.toThrow('fetch failed');
  });
});
