import { createLogin } from '@scaleretail/embedded/login';
import { type EmbeddedPostgres, startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { serviceRole } from '../src/schema-change/brownout.ts';
import { installSchema } from './support/install-schema.ts';
import { lineTo } from './support/line.ts';
import { createWorld, serviceFor, until } from './support/service.ts';

/** Until a change is seen, on a machine with other work. */
const slowMs = 40_000;

async function startServer(): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ durable: false });
  onTestFinished(() => server.stop());
  await installSchema(server.url(), 'expanded');
  return server;
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

it('a database whose address has moved is followed, off a server that takes no more writes', async () => {
  const world = await createWorld();
  onTestFinished(() => world.close());
  const [former, successor] = await Promise.all([startServer(), startServer()]);
  const { username, password } = new URL(
    await asAdmin(former.url(), (client) => createLogin(client, former.url(), serviceRole)),
  );
  await asAdmin(successor.url(), (client) =>
    client.query(`CREATE ROLE ${username} LOGIN PASSWORD '${password}' IN ROLE ${serviceRole}`),
  );
  const line = await lineTo(former.url());
  const address = new URL(line.url);
  address.username = username;
  address.password = password;
  const service = await serviceFor(world, address.href, '2.0');
  const alice = await service.as('alice');
  const order = async () => {
    const { status, headers } = await alice.post('/v1/orders', {
      items: [{ sku: 'mug', quantity: 1 }],
    });
    return { status, retryAfter: headers['retry-after'] };
  };
  expect(await order()).toMatchObject({ status: 201 });

  await asAdmin(former.url(), async (client) => {
    await client.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await client.query('SELECT pg_reload_conf()');
  });
  await until(
    async () => {
      const answer = await order();
      if (answer.status === 503) expect(answer.retryAfter).toBe('1');
      return answer.status === 503;
    },
    'it takes no more writes',
    slowMs,
  );
  // The connections to the former server stay open: nothing but its refusals tells of the move.
  line.mend(successor.url());
  await until(
    async () => {
      const answers = [];
      for (let n = 0; n < 20; n += 1) answers.push((await order()).status);
      expect(answers.filter((status) => status !== 201 && status !== 503)).toEqual([]);
      return answers.every((status) => status === 201);
    },
    'all orders are taken again',
    slowMs,
  );
  await until(() => service.health.notReady() === null, 'it is ready', slowMs);
}, 150_000);
