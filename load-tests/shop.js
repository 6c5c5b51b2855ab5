/**
 * Customers who order, pay and read back, at a constant arrival rate (an open model), with k6: what the
 * lab's own load does, by somebody else's generator. It passes when failures and p99 keep the limits of
 * thresholds.json, each answer tagged with the release that gave it.
 *
 *   SHOP_URL        the shop                     RATE      journeys a second (10)
 *   CUSTOMERS_FILE  [{ id, token }] of a run     DURATION  how long (60s)
 */
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

const limits = JSON.parse(open('./thresholds.json'));
const customers = JSON.parse(open(__ENV.CUSTOMERS_FILE));
const shop = __ENV.SHOP_URL || 'http://127.0.0.1:8080';

export const options = {
  scenarios: {
    journeys: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE || 10),
      timeUnit: '1s',
      duration: __ENV.DURATION || '60s',
      preAllocatedVUs: 50,
      maxVUs: 200,
    },
  },
  thresholds: {
    http_req_failed: [`rate<${(1 - limits.successRateMin).toFixed(4)}`],
    http_req_duration: [`p(99)<${limits.p99MaxMs}`],
    checks: ['rate==1'],
    // Without a single check there is nothing that could have failed.
    journeys_completed: ['count>0'],
    // The generator kept its schedule, or the figures are not the shop's.
    dropped_iterations: ['count==0'],
  },
};

const completed = new Counter('journeys_completed');

const send = (method, path, { token }, body, key) =>
  http.request(method, `${shop}${path}`, body === null ? null : JSON.stringify(body), {
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== null && { 'content-type': 'application/json', 'idempotency-key': key }),
    },
    tags: { name: path.replace(/[0-9a-f-]{36}/, '{id}') },
  });

export default function journey() {
  const turn = exec.scenario.iterationInTest;
  const customer = customers[turn % customers.length];
  const { products } = http.get(`${shop}/v1/products`).json();
  const sku = products[turn % products.length].sku;
  const key = `k6-${exec.vu.idInTest}-${Date.now()}`;

  const order = send('POST', '/v1/orders', customer, { items: [{ sku, quantity: 1 }] }, key);
  if (!check(order, { 'the order is taken': ({ status }) => status === 201 })) return;
  exec.vu.metrics.tags.release = order.headers['X-Release'];
  const { id } = order.json();

  const paid = send(
    'POST',
    `/v1/orders/${id}/payments`,
    customer,
    { token: 'tok_visa' },
    `${key}-p`,
  );
  check(paid, { 'the payment is captured': ({ status }) => status === 201 });

  const read = send('GET', `/v1/orders/${id}`, customer, null);
  const asTold = check(read, {
    'the order is read back as it was taken': (answer) => answer.json('id') === id,
    'it is paid': (answer) => paid.status !== 201 || answer.json('status') === 'paid',
  });
  if (asTold) completed.add(1);
}
