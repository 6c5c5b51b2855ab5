import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { readyReplica } from './support/replica.ts';
import { createWorld, environmentFor, until } from './support/service.ts';

const customer = `customer-${randomUUID()}`;
const unknownCard = `tok_${randomUUID()}`;
const keyStart = `key-${randomUUID()}`;
const flagsToken = `flags-${randomUUID()}`;
const street = `${randomUUID()} Street`;
const shipTo = { street, postcode: 'SW1A 1AA', city: 'London', country: 'GB' };
const shippingAddress = Object.values(shipTo).join(', ');
const order = { items: [{ sku: 'mug', quantity: 1 }], shippingAddress };

/** A client that keeps every problem document that it is told. */
function clientOf(url: string, token: string) {
  const problems: string[] = [];
  const statuses = new Set<number>();
  let keys = 0;

  async function call(path: string, body?: object | string, more: Record<string, string> = {}) {
    keys += 1;
    const answer = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        'idempotency-key': `${keyStart}-${keys}`,
        ...more,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    statuses.add(answer.status);
    const text = await answer.text();
    if (answer.status >= 400) problems.push(text);
    return { status: answer.status, id: answer.status < 300 ? idOf(text) : '' };
  }

  return { call, problems, statuses };
}

function idOf(text: string): string {
  return (JSON.parse(text) as { id?: string }).id ?? '';
}

type Call = ReturnType<typeof clientOf>['call'];

async function goodRequests(call: Call): Promise<void> {
  const { id } = await call('/v1/orders', order);
  await call(`/v1/orders/${id}`);
  await call('/v1/orders?limit=1');
  const paid = await call(`/v1/orders/${id}/payments`, { token: 'tok_visa' });
  await call(`/v1/payments/${paid.id}`);
  await call(`/v1/payments/${paid.id}/refunds`, {});
  const cancelled = await call('/v1/orders', { items: order.items, shipTo });
  await call(`/v1/orders/${cancelled.id}/cancel`, {});
}

async function badRequests(call: Call): Promise<void> {
  const id = randomUUID();
  await call(`/v1/orders?access_token=${unknownCard}`);
  await call('/v1/orders', { ...order, customerId: customer });
  await call('/v1/orders', { ...order, items: [{ sku: 'none', quantity: 1 }] });
  await call('/v1/orders', { ...order, shippingAddress: street });
  await call('/v1/orders', { ...order, shippingAddress: [shippingAddress] });
  await call('/v1/orders', { ...order, shipTo });
  await call('/v1/orders', { items: order.items, shipTo: { ...shipTo, country: street } });
  await call('/v1/orders', `{"token": ${unknownCard}}`);
  await call(`/v1/orders/${id}/payments`, { token: unknownCard });
  await call(`/v1/orders/${id}/payments`, { token: [unknownCard] });
  await call('/v1/orders', order, { 'idempotency-key': `${keyStart} with blanks` });
  await call('/v1/orders', order, { authorization: 'Bearer x' });
  const same = { 'idempotency-key': `${keyStart}-same` };
  await call('/v1/orders', order, same);
  await call('/v1/orders', { items: [{ sku: 'pen', quantity: 1 }] }, same);
}

/** What the gateway answers badly: a card it does not know, and everything in which it fails. */
async function gatewayFailures(call: Call): Promise<void> {
  for (const token of [unknownCard, 'tok_declined', 'tok_drop', 'tok_flaky', 'tok_timeout']) {
    const { id } = await call('/v1/orders', order);
    await call(`/v1/orders/${id}/payments`, { token });
  }
}

/** What the database answers badly, each with values of the row or the statement in its error. */
const databaseFailures = (now: string): readonly [string, string][] => [
  [
    `ALTER TABLE orders ADD CONSTRAINT planted CHECK (customer_id !~ '^customer') NOT VALID`,
    'ALTER TABLE orders DROP CONSTRAINT planted',
  ],
  [
    `CREATE UNIQUE INDEX planted ON orders (customer_id) WHERE created_at > timestamptz '${now}'`,
    'DROP INDEX planted',
  ],
  [
    'REVOKE SELECT ON idempotency_keys FROM scaleretail_api',
    'GRANT SELECT ON idempotency_keys TO scaleretail_api',
  ],
  ['ALTER TABLE payments RENAME TO gone', 'ALTER TABLE gone RENAME TO payments'],
];

async function failingDatabase(database: TestDatabase, call: Call): Promise<void> {
  const paid = await call('/v1/orders', order);
  for (const [spoil, mend] of databaseFailures(new Date().toISOString())) {
    await database.pool.query(spoil);
    await call('/v1/orders', order);
    await call('/v1/orders', order);
    await call(`/v1/orders/${paid.id}/payments`, { token: 'tok_visa' });
    await call(`/v1/payments/${randomUUID()}`);
    await database.pool.query(mend);
  }
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'scaleretail/%'`,
  );
  for (let n = 0; n < 5; n += 1) await call('/v1/orders', order);
}

/** What must be nowhere, by name. */
function secretsOf(token: string, databaseUrl: string) {
  const [head = '', payload = '', signature = ''] = token.split('.');
  return {
    token,
    'head of the token': head,
    'payload of the token': payload,
    'signature of the token': signature,
    customer,
    'shipping address': street,
    'card token that is not known': unknownCard,
    'card token': 'tok_visa',
    'idempotency key': keyStart,
    'password of the database': new URL(databaseUrl).password,
    'token for the flags': flagsToken,
  };
}

/** Which of the secrets a text has. */
function found(secrets: Readonly<Record<string, string>>, text: string): string[] {
  return Object.keys(secrets).filter((name) => text.includes(secrets[name] ?? ''));
}

it('no log line, metric or problem document has a secret or a customer in it', async () => {
  const world = await createWorld();
  onTestFinished(() => world.close());
  const database = await databaseFor('5.0');
  const env = environmentFor(world, database.url, '5.0');
  const more = { GATEWAY_TIMEOUT_MS: '150', RATE_LIMIT_MAX: '80', UNLEASH_TOKEN: flagsToken };
  const replica = await readyReplica({ ...env, ...more }, 'trace');
  const token = await world.tokens.sign(customer);
  const { call, problems, statuses } = clientOf(replica.url, token);

  await goodRequests(call);
  await badRequests(call);
  await gatewayFailures(call);
  await failingDatabase(database, call);
  await until(async () => (await call('/v1/orders')).status === 429, 'the customer is limited');
  await world.flags.close();
  await until(() => replica.stdout().includes('"msg":"flag server"'), 'the flags are missed');
  const metrics = await (await fetch(`${replica.url}/metrics`)).text();
  replica.child.kill('SIGTERM');
  const { stdout, stderr } = await replica.ended;

  const wanted = [200, 201, 400, 401, 404, 422, 429, 500, 503];
  expect(wanted.filter((status) => !statuses.has(status))).toEqual([]);
  // The errors that quote a row were logged, and without it.
  for (const code of ['23514', '23505', '42501', '42P01']) expect(stdout).toContain(`"${code}"`);
  expect(stdout).toContain('"detail":"[redacted]"');

  const secrets = secretsOf(token, env.DATABASE_URL ?? '');
  expect(found(secrets, stdout)).toEqual([]);
  expect(found(secrets, stderr)).toEqual([]);
  expect(found(secrets, metrics)).toEqual([]);
  expect(found(secrets, problems.join('\n'))).toEqual([]);
  // The search finds what is there.
  expect(found(secrets, JSON.stringify(secrets))).toEqual(Object.keys(secrets));
});
