import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CollectedSpan, startCollector } from './support/collector.ts';
import { databaseFor } from './support/database.ts';
import { captured, fakeGateway } from './support/fake-gateway.ts';
import { scrape } from './support/metrics.ts';
import { readyReplica } from './support/replica.ts';
import { createWorld, environmentFor, serviceFor, until, type World } from './support/service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const order = { items: [{ sku: 'mug', quantity: 1 }] };
const traceId = '0af7651916cd43dd8448eb211c80319c';
const callersSpan = 'b7ad6b7169203331';

/** Span names as a tree, each level in the order of its spans. */
function treeOf(spans: readonly CollectedSpan[], parent: string): unknown[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map(({ name, spanId }) => {
      const below = treeOf(spans, spanId);
      return below.length === 0 ? name : { [name]: below };
    });
}

/** An address at which nothing listens any more. */
async function addressOfNobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

describe('a payment', () => {
  it('is one trace: the request, its statements, and the gateway, which goes on with it', async () => {
    const collector = await startCollector();
    const gateway = await fakeGateway(async () => captured);
    const { url } = await databaseFor('expanded');
    const service = await serviceFor(world, url, '2.0', {
      GATEWAY_URL: gateway.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    });
    const alice = await service.as('alice-the-customer');
    const { id } = (await alice.post('/v1/orders', order).expect(201)).body;
    const paid = await alice
      .post(`/v1/orders/${id}/payments`, { token: 'tok_visa' }, 'the-key-of-alice')
      .set('traceparent', `00-${traceId}-${callersSpan}-01`)
      .set('x-request-id', 'payment-1')
      .expect(201);
    const spans = () => collector.spans().filter((span) => span.traceId === traceId);
    const root = () => spans().find(({ parentSpanId }) => parentSpanId === callersSpan);
    await until(() => root() !== undefined, 'the trace is sent');

    expect(treeOf(spans(), callersSpan)).toEqual([
      {
        'POST /v1/orders/:id/payments': [
          { transaction: expect.arrayContaining(['BEGIN', 'SELECT', 'INSERT', 'COMMIT']) },
          'POST /v1/charges',
          { transaction: expect.arrayContaining(['BEGIN', 'UPDATE', 'COMMIT']) },
        ],
      },
    ]);
    expect(root()?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/orders/:id/payments',
      'http.response.status_code': 201,
      'scaleretail.request_id': 'payment-1',
      'scaleretail.release': '2.0',
      'scaleretail.phase.minor-units': 'old',
      'scaleretail.phase.shipping-address': 'old',
    });
    const charge = spans().find(({ name }) => name === 'POST /v1/charges');
    expect(gateway.headers()[0]).toMatchObject({
      traceparent: `00-${traceId}-${charge?.spanId}-01`,
      'x-request-id': 'payment-1',
    });
    const sent = collector.bodies.join();
    expect(sent).toContain('INSERT INTO payments');
    for (const secret of ['tok_visa', 'alice', 'Bearer', id, paid.body.id]) {
      expect(sent).not.toContain(secret);
    }
  });

  it('whose statement fails says so by its SQLSTATE, and quotes nothing', async () => {
    const collector = await startCollector();
    const database = await databaseFor('expanded');
    const service = await serviceFor(world, database.url, '2.0', {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await database.pool.query('ALTER TABLE orders RENAME TO orders_lost');
    const alice = await service.as('alice');
    await alice.get(`/v1/orders/${crypto.randomUUID()}`).expect(500);
    await until(() => collector.spans().length >= 2, 'the trace is sent');
    expect(collector.spans()).toMatchObject([
      { name: 'SELECT', status: { code: 2 }, attributes: { 'error.type': '42P01' } },
      { name: 'GET /v1/orders/:id', status: { code: 2 }, attributes: { 'error.type': '500' } },
    ]);
    expect(collector.bodies.join()).not.toContain('does not exist');
  });
});

describe('requests at the same time', () => {
  it('have each their own statements, also when they wait for a connection', async () => {
    const collector = await startCollector();
    const { url } = await databaseFor('expanded');
    const service = await serviceFor(world, url, '2.0', {
      DATABASE_POOL_SIZE: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    const alice = await service.as('alice');
    const many = Array.from({ length: 20 }, () => alice.post('/v1/orders', order).expect(201));
    await Promise.all(many);
    const requests = () => collector.spans().filter(({ name }) => name === 'POST /v1/orders');
    await until(() => requests().length === 20, 'the traces are sent');
    const trees = requests().map(({ spanId }) => JSON.stringify(treeOf(collector.spans(), spanId)));
    expect(new Set(requests().map((span) => span.traceId)).size).toBe(20);
    expect(trees[0]).toContain('SELECT');
    expect(new Set(trees).size).toBe(1);
  });
});

describe('a replica', () => {
  // prom-client loads the API, which is small; what does the work is the rest.
  const preload = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      if (/@opentelemetry.(sdk|exporter|core|resources)/.test(url)) process.stderr.write('loads ' + url);
      return next(url, context);
    } });`;
  const watched = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` };

  async function run(more: Record<string, string>) {
    const { url } = await databaseFor('expanded');
    const replica = await readyReplica({
      ...environmentFor(world, url, '2.0'),
      ...watched,
      SHUTDOWN_DELAY_MS: '0',
      ...more,
    });
    const answers: number[] = [];
    for (let n = 0; n < 5; n += 1) answers.push((await fetch(`${replica.url}/v1/products`)).status);
    replica.child.kill('SIGTERM');
    return { answers, ending: await replica.ended };
  }
  const answered = [200, 200, 200, 200, 200];

  it('that nobody collects from does not even load OpenTelemetry', async () => {
    const { answers, ending } = await run({});
    expect(answers).toEqual(answered);
    expect(ending).toMatchObject({ code: 0, stderr: '' });
  });

  it('sends its last spans before it ends, and names their trace in the log', async () => {
    const collector = await startCollector();
    const { ending } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(ending.stderr).toContain('loads ');
    const requests = collector.spans().filter(({ name }) => name === 'GET /v1/products');
    expect(requests).toHaveLength(5);
    for (const { traceId } of requests) expect(ending.stdout).toContain(`"traceId":"${traceId}"`);
    expect(collector.bodies.join()).toContain('"stringValue":"scaleretail"');
    expect(collector.spans().filter(({ name }) => /livez|readyz/.test(name))).toEqual([]);
  });

  it('whose collector is gone answers as ever, says so, and ends in time', async () => {
    const { url } = await databaseFor('expanded');
    const replica = await readyReplica({
      ...environmentFor(world, url, '2.0'),
      SHUTDOWN_DELAY_MS: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: await addressOfNobody(),
    });
    const ask = async () => (await fetch(`${replica.url}/v1/products`)).status;
    expect(await ask()).toBe(200);
    const saysSo = () => replica.stdout().includes('traces could not be sent');
    await expect.poll(saysSo, { timeout: 20_000 }).toBe(true);
    const failures = (await scrape(replica.url)).value('trace_export_failures_total');
    expect(failures).toBeGreaterThan(0);
    expect(await ask()).toBe(200);
    replica.child.kill('SIGTERM');
    expect((await replica.ended).code).toBe(0);
  });

  it('keeps as many of the traces as it is told to', async () => {
    const collector = await startCollector();
    await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' });
    expect(collector.spans()).toEqual([]);
  });
});
