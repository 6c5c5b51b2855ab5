import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogin } from '@scaleretail/embedded/login';
import { type EmbeddedPostgres, startPostgres } from '@scaleretail/embedded/postgres';
import { isRunning } from '@scaleretail/embedded/process-identity';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { serviceRole } from '../src/schema-change/brownout.ts';
import { installSchema } from './support/install-schema.ts';
import { type Replica, readyReplica } from './support/replica.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';
import { type Outcome, type Shoppers, startShoppers } from './support/shoppers.ts';

/** Until a server is found gone, or found again, by everybody, on a machine with other work. */
const slowMs = 40_000;

let world: World;
let server: EmbeddedPostgres;
let serviceUrl: string;
let token: string;

beforeAll(async () => {
  world = await createWorld();
  token = await world.tokens.sign('alice');
  // Durable: what was acknowledged has to be there after a crash.
  server = await startPostgres();
  await installSchema(server.url(), 'expanded');
  serviceUrl = await asAdmin((client) => createLogin(client, server.url(), serviceRole));
});
afterAll(async () => {
  await server.stop();
  await world.close();
});

interface Shop {
  readonly replica: Replica & { readonly url: string };
  readonly shoppers: Shoppers;
}

/** A replica as a process of its own, with customers who are being served. */
async function openShop(more: Record<string, string> = {}): Promise<Shop> {
  const env = { ...environmentFor(world, serviceUrl, '2.0'), ...more };
  const replica = await readyReplica(env);
  const shoppers = startShoppers(replica.url, token, 4);
  onTestFinished(() => shoppers.stop());
  await until(() => shoppers.paid.size > 5, 'customers are served');
  return { replica, shoppers };
}

/** Answered well, or told to come back. */
function isFine({ status, retryAfter }: Outcome): boolean {
  return (status >= 200 && status < 300) || (status === 503 && retryAfter !== null);
}

const refusals = ({ outcomes }: Shoppers) => outcomes.filter(({ status }) => status === 503).length;

async function probe(replica: { url: string }, path: string) {
  const answer = await fetch(replica.url + path);
  return { status: answer.status, body: await answer.text() };
}

/** Everybody is served again by the same process, and all that was ever acknowledged is there. */
async function expectRecovery({ replica, shoppers }: Shop): Promise<void> {
  const { size } = shoppers.paid;
  await until(() => shoppers.paid.size > size + 5, 'customers are served again', slowMs);
  await until(
    async () => (await probe(replica, '/readyz')).status === 200,
    'it is ready again',
    slowMs,
  );
  await shoppers.stop();
  expect(shoppers.outcomes.filter((outcome) => !isFine(outcome))).toEqual([]);
  expect(replica.child.exitCode).toBeNull();
  const stored = await storedOrders();
  expect([...shoppers.ordered].filter((id) => !stored.has(id))).toEqual([]);
  expect([...shoppers.paid].filter((id) => stored.get(id) !== 'paid')).toEqual([]);
}

/** The processes of the server: the one that listens, and its children, each for a connection. */
function serverProcesses(): number[] {
  const pidFile = join(server.folder, 'data', 'postmaster.pid');
  const postmaster = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  return [postmaster, ...children.trim().split(' ').map(Number)];
}

function goOn(pids: readonly number[]): void {
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGCONT');
}

async function storedOrders(): Promise<Map<string, string>> {
  const { rows } = await asAdmin((client) => client.query('SELECT id, status FROM orders'));
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** Changes a setting of the server, for all sessions: those that are open already too. */
async function alterSystem(change: string): Promise<void> {
  await asAdmin(async (client) => {
    await client.query(`ALTER SYSTEM ${change}`);
    await client.query('SELECT pg_reload_conf()');
  });
}

async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(server.url());
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('a PostgreSQL', { timeout: 120_000 }, () => {
  it.each(['fast', 'immediate'] as const)(
    'that is restarted (%s) costs nobody more than a retry',
    async (mode) => {
      const shop = await openShop();
      await server.restart(mode);
      await expectRecovery(shop);
    },
  );

  it('that is gone for a moment leaves the replica ready, and its customers told to come back', async () => {
    const shop = await openShop({ HEARTBEAT_MS: '2000' });
    await server.stopServer();
    await until(() => refusals(shop.shoppers) > 20, 'customers are told to come back', slowMs);
    expect((await probe(shop.replica, '/readyz')).status).toBe(200);
    await server.startServer();
    await expectRecovery(shop);
  });

  it('that stays away makes the replica unready, alive, and ready again by itself', async () => {
    const shop = await openShop();
    await server.stopServer('immediate');
    await until(
      async () => (await probe(shop.replica, '/readyz')).status === 503,
      'it is not ready any more',
      slowMs,
    );
    const { body } = await probe(shop.replica, '/readyz');
    expect(body).toMatch(/the database has not answered a heartbeat for \d+ s/);
    expect((await probe(shop.replica, '/livez')).status).toBe(200);
    expect((await probe(shop.replica, '/startupz')).status).toBe(200);
    await server.startServer();
    await expectRecovery(shop);
  });

  it('that stands still, its connections open, keeps nobody waiting for ever', async () => {
    const shop = await openShop();
    const stopped = serverProcesses();
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    onTestFinished(() => goOn(stopped));
    await until(() => refusals(shop.shoppers) > 0, 'a customer is told to come back', slowMs);
    goOn(stopped);
    await expectRecovery(shop);
  });

  it('that takes no more writes still answers reads', async () => {
    const shop = await openShop();
    await alterSystem('SET default_transaction_read_only = on');
    await until(() => refusals(shop.shoppers) > 20, 'customers are told to come back', slowMs);
    const { status } = await fetch(`${shop.replica.url}/v1/orders`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(status).toBe(200);
    await alterSystem('RESET default_transaction_read_only');
    await expectRecovery(shop);
  });
});
