import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClients } from './support/clients.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import {
  captured,
  type FakeAnswer,
  type FakeGateway,
  fakeGateway,
} from './support/fake-gateway.ts';
import { type Replica, readyReplica, refusesConnections } from './support/replica.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';

let world: World;
let token: string;

beforeAll(async () => {
  world = await createWorld();
  token = await world.tokens.sign('alice');
});
afterAll(() => world.close());

interface DrainingReplica extends Replica {
  readonly url: string;
  readonly gateway: FakeGateway;
  /** Lets the gateway answer. */
  answerCharges(): void;
}

/** A ready replica whose gateway keeps it waiting until the test says otherwise. */
async function start(
  database: TestDatabase,
  more: Record<string, string> = {},
): Promise<DrainingReplica> {
  const decided = Promise.withResolvers<FakeAnswer>();
  const gateway = await fakeGateway(() => decided.promise);
  const replica = await readyReplica({
    ...environmentFor(world, database.url, '2.0'),
    GATEWAY_URL: gateway.url,
    GATEWAY_TIMEOUT_MS: '60000',
    SHUTDOWN_DELAY_MS: '0',
    ...more,
  });
  return { ...replica, gateway, answerCharges: () => decided.resolve(captured) };
}

function post(url: string, path: string, body: object): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': crypto.randomUUID(),
  };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** A payment that the gateway has been asked for and has not answered. */
async function paymentInFlight(replica: DrainingReplica): Promise<{ answer: Promise<Response> }> {
  const order = { items: [{ sku: 'mug', quantity: 1 }] };
  const placed = (await (await post(replica.url, '/v1/orders', order)).json()) as { id: string };
  const answer = post(replica.url, `/v1/orders/${placed.id}/payments`, { token: 'tok_visa' });
  answer.catch(() => {}); // looked at by the caller, later
  await until(() => replica.gateway.asked() === 1, 'the gateway is asked');
  return { answer };
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.text();
  return answer.status;
}

interface Traces {
  readonly alive: number;
  readonly connections: number;
}

/** What the database remembers of the replicas, and how many of their connections are open. */
async function traces({ pool }: TestDatabase): Promise<Traces | undefined> {
  const { rows } = await pool.query<Traces>(
    `SELECT (SELECT count(*) FROM service_instances WHERE stopped_at IS NULL) AS alive,
       (SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'scaleretail/%') AS connections`,
  );
  return rows[0];
}

describe('SIGTERM', () => {
  it('takes a replica out of service without ending a request that was sent', async () => {
    const database = await databaseFor('expanded');
    const replica = await start(database, { SHUTDOWN_DELAY_MS: '5000' });
    const { url } = replica;
    const clients = startClients(url, token, 4);
    await until(() => clients.answered() > 20, 'the clients are at work');
    const payment = await paymentInFlight(replica);

    replica.child.kill('SIGTERM');
    await until(async () => (await statusOf(`${url}/readyz`)) === 503, 'it says that it drains');
    expect(await statusOf(`${url}/livez`)).toBe(200);
    const before = clients.answered();
    await until(() => clients.answered() > before + 20, 'it still answers');
    await clients.stop();
    expect(clients.failures).toEqual([]);

    await until(() => refusesConnections(url), 'it has closed');
    replica.answerCharges();
    expect((await payment.answer).status).toBe(201);
    const { code, signal, stdout, stderr } = await replica.ended;
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(stdout).not.toContain(token);
    expect(await traces(database)).toMatchObject({ alive: 0 });
    const left = async () => (await traces(database))?.connections;
    await until(async () => (await left()) === 0, 'the server has seen the connections end');
  });

  it('asks clients that keep their connection to let go of it', async () => {
    const replica = await start(await databaseFor('expanded'), { SHUTDOWN_DELAY_MS: '5000' });
    const connection = async () =>
      (await fetch(`${replica.url}/v1/products`)).headers.get('connection');
    expect(await connection()).toBe('keep-alive');
    replica.child.kill('SIGTERM');
    await until(async () => (await connection()) === 'close', 'it ends the connection');
  });

  const post = 'POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  it.each([
    ['that were opened ahead of a request', ''],
    ['on which the head of a request never ends', 'GET /livez HTTP/1.1\r\nhost: x\r\n'],
    ['on which the body of a request never ends', `${post}content-length: 9\r\n\r\n{`],
  ])('is not held up by connections %s, and spares the others', async (_what, bytes) => {
    const replica = await start(await databaseFor('expanded'));
    const socket = connect(Number(new URL(replica.url).port), '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.resume().write(bytes);
    const payment = await paymentInFlight(replica);
    replica.child.kill('SIGTERM');
    await once(socket, 'close');
    replica.answerCharges();
    expect((await payment.answer).status).toBe(201);
    expect((await replica.ended).code).toBe(0);
  });

  it('sent twice ends the replica at once', async () => {
    const replica = await start(await databaseFor('expanded'), {
      SHUTDOWN_DELAY_MS: '60000',
      SHUTDOWN_TIMEOUT_MS: '600000',
    });
    replica.child.kill('SIGTERM');
    await until(() => replica.stdout().includes('"msg":"draining"'), 'it drains');
    replica.child.kill('SIGTERM');
    expect((await replica.ended).code).toBe(1);
  });

  it('does not wait for ever', async () => {
    const replica = await start(await databaseFor('expanded'), { SHUTDOWN_TIMEOUT_MS: '100' });
    const payment = await paymentInFlight(replica);
    replica.child.kill('SIGTERM');
    expect((await replica.ended).code).toBe(1);
    expect(replica.stdout()).toContain('drain took too long');
    await expect(payment.answer).rejects.toThrow();
  });
});

it('the proof can fail: FAULTS=exit-without-draining drops what was sent', async () => {
  const database = await databaseFor('expanded');
  const replica = await start(database, { FAULTS: 'exit-without-draining' });
  const payment = await paymentInFlight(replica);
  replica.child.kill('SIGTERM');
  await expect(payment.answer).rejects.toThrow();
  await replica.ended;
  expect(await traces(database)).toMatchObject({ alive: 1 });
});
