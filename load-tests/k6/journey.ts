import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Rate } from 'k6/metrics';
import { asker, type Fields } from './ask.ts';
import { type Customer, customers, shop } from './settings.ts';

const completed = new Counter('journeys_completed');
const wrong = new Rate('answer_wrong');

interface Told {
  readonly id: string;
  readonly total: string;
  readonly customer: Customer;
}

/** What every journey needs: goods to order. */
export function skusOf(): string[] {
  const answer = http.get(`${shop}/v1/products`);
  if (answer.status === 200) {
    const products = answer.json('products') as unknown as { sku: string }[];
    if (products.length > 0) return products.map(({ sku }) => sku);
  }
  throw new Error(
    `${shop}/v1/products answers ${answer.status || answer.error}: is SHOP_URL the shop?`,
  );
}

/**
 * A customer orders, pays and reads back, and reads once more what this VU was told of before: what was
 * acknowledged is told, a JSON line each, in the format of the lab.
 */
export function journeyIn(phases: readonly string[]) {
  const ask = asker(phases);
  let earlier: Told | null = null;

  const readBack = ({ id, total, customer }: Told): Fields | null => {
    const order = ask({
      operation: 'read-order',
      customer,
      path: `/v1/orders/${id}`,
      success: 200,
    });
    if (order !== null) {
      judge('an order is read as it was told', order.id === id && order.total === total);
    }
    return order;
  };

  return function journey(skus: readonly string[]): void {
    const turn = exec.scenario.iterationInTest;
    const customer = customers[turn % customers.length] as Customer;
    const key = `k6-${Date.now()}-${exec.vu.idInTest}-${turn}`;
    const body = { items: itemsOf(turn, skus), shippingAddress: addressOf(turn) };
    const order = ask({
      operation: 'create-order',
      customer,
      path: '/v1/orders',
      success: 201,
      key,
      body,
    });
    if (order === null) return;
    const told = { id: String(order.id), total: String(order.total), customer };
    tell({
      kind: 'order',
      id: told.id,
      customer: customer.id,
      ...moneyOf(order),
      address: addressOf(turn),
    });
    const payment = ask({
      operation: 'pay-order',
      customer,
      path: `/v1/orders/${told.id}/payments`,
      success: 201,
      key: `${key}-pay`,
      body: { token: 'tok_visa' },
    });
    if (payment?.status === 'captured') {
      tell({ kind: 'payment', id: payment.id, orderId: told.id, ...moneyOf(payment) });
    }
    const read = readBack(told);
    if (read !== null && payment !== null) {
      judge('a paid order is read as paid', read.status === 'paid');
      completed.add(1);
    }
    if (earlier !== null) readBack(earlier);
    earlier = told;
  };
}

/** Of every other order two lines, as in the lab's own load. */
function itemsOf(turn: number, skus: readonly string[]) {
  const lines = skus.length > 1 ? 1 + (turn % 2) : 1;
  return Array.from({ length: lines }, (_, line) => ({
    sku: skus[(turn + line) % skus.length],
    quantity: 1 + (turn % 3),
  }));
}

const addressOf = (turn: number): string => `${1 + (turn % 200)} High Street, P${turn}, Leeds, GB`;

function judge(what: string, holds: boolean): void {
  check(null, { [what]: () => holds });
  wrong.add(!holds);
}

const tell = (line: object): void => console.log(JSON.stringify({ ...line, at: Date.now() }));

/** As the wire has it: "19.99" in the currency that orders have by default. */
function moneyOf({ total }: Fields) {
  return { minor: Number(String(total).replace('.', '')), currency: 'USD' };
}
