import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseFor } from './support/database.ts';
import { readyReplica } from './support/replica.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await createWorld();
  token = await world.tokens.sign('customer-whom-no-log-names');
});
afterAll(() => world.close());

async function start(more: Record<string, string> = {}) {
  const { url } = await databaseFor('expanded');
  const replica = await readyReplica({
    ...environmentFor(world, url, '2.0'),
    SHUTDOWN_DELAY_MS: '0',
    ...more,
  });
  const send = (path: string, headers: Record<string, string> = {}) =>
    fetch(replica.url + path, { headers: { authorization: `Bearer ${token}`, ...headers } });
  return { ...replica, send };
}

interface Line {
  readonly msg: string;
  readonly reqId?: string;
}

const linesOf = (stdout: string): Line[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('the id of a request', () => {
  it('is the caller’s, or made here; in the answer, in a problem, and in every line', async () => {
    const replica = await start();
    const named = await replica.send('/v1/orders', { 'x-request-id': 'Caller.7_a-b' });
    expect(named.headers.get('x-request-id')).toBe('Caller.7_a-b');
    const own = (await replica.send('/v1/orders')).headers.get('x-request-id');
    expect(own).toMatch(/^[0-9a-f-]{36}$/);
    const path = `/v1/orders/${crypto.randomUUID()}`;
    const lost = await replica.send(path, { 'x-request-id': 'lost' });
    expect(await lost.json()).toMatchObject({ code: 'order-not-found', requestId: 'lost' });
    const refused = await replica.send('/%zz', { 'x-request-id': 'refused' });
    expect(refused.headers.get('x-request-id')).toBe('refused');
    expect(await refused.json()).toMatchObject({ requestId: 'refused' });

    replica.child.kill('SIGTERM');
    const { stdout } = await replica.ended;
    const answered = linesOf(stdout).filter(({ msg }) => msg === 'answered');
    const ms = expect.any(Number);
    expect(answered).toMatchObject([
      { reqId: 'Caller.7_a-b', method: 'GET', route: '/v1/orders', status: 200, ms },
      { reqId: own, route: '/v1/orders', status: 200 },
      { reqId: 'lost', route: '/v1/orders/:id', status: 404, code: 'order-not-found' },
      { reqId: 'refused', route: 'none', status: 400, code: 'invalid-url' },
    ]);
    for (const secret of ['customer-whom-no-log-names', token, path]) {
      expect(stdout).not.toContain(secret);
    }
  });
});

describe('the lines of a replica', () => {
  it('are all there after an orderly end, each once, and whole', async () => {
    const replica = await start();
    const ids = Array.from({ length: 300 }, (_, n) => `request-${n}`);
    for (let from = 0; from < ids.length; from += 10) {
      const some = ids.slice(from, from + 10);
      await Promise.all(some.map((id) => replica.send('/nowhere', { 'x-request-id': id })));
    }
    replica.child.kill('SIGTERM');
    const { stdout, code } = await replica.ended;
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    const seen = lines.flatMap(({ msg, reqId }) => (msg === 'answered' ? [reqId] : []));
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped' });
  });

  it('are there too when the process ends before its drain is over', async () => {
    const replica = await start({ SHUTDOWN_DELAY_MS: '60000', SHUTDOWN_TIMEOUT_MS: '600000' });
    replica.child.kill('SIGTERM');
    await until(() => replica.stdout().includes('"draining"'), 'it drains');
    await replica.send('/v1/products', { 'x-request-id': 'the-last' });
    replica.child.kill('SIGTERM');
    const { stdout } = await replica.ended;
    expect(stdout).toContain('"reqId":"the-last"');
  });

  it('come without waiting for more than a second or so, and probes do not make any', async () => {
    const replica = await start();
    for (const probe of ['/livez', '/readyz', '/startupz', '/metrics']) await replica.send(probe);
    await replica.send('/v1/products', { 'x-request-id': 'alone' });
    await until(() => replica.stdout().includes('"reqId":"alone"'), 'the line is written');
    expect(linesOf(replica.stdout()).filter(({ msg }) => msg === 'answered')).toHaveLength(1);
  });
});
