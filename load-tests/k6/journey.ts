import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Rate } from 'k6/metrics';
import type { Customer } from '../companion.ts';
import { asker, type Fields } from './ask.ts';
import { customers, shop } from './settings.ts';

const completed = new Counter('journeys_completed');
const wrong = new Rate('answer_wrong');

/** An order that was acknowledged. */
interface Told {
  readonly id: string;
  readonly total: string;
  readonly customer: Customer;
  /** Its Idempotency-Key. */
  readonly key: string;
  readonly paid: boolean;
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
 * A customer orders, pays, reads the order back, and reads once more an order of before. Each call makes
 * the next step of this VU's journey, one request: so every request leaves on schedule, and none waits
 * for the answer to the one before, which would leave out what a shop that stands still does to them.
 * What was acknowledged is told, a JSON line each, in the format of the lab.
 */
export function journeyIn(phases: readonly string[]) {
  const ask = asker(phases);
  let order: Told | null = null;
  let earlier: Told | null = null;
  let step = 0;

  const create = (skus: readonly string[]): boolean => {
    const turn = exec.scenario.iterationInTest;
    const customer = customers[turn % customers.length] as Customer;
    const body = { items: itemsOf(turn, skus), shippingAddress: addressOf(turn) };
    const key = `k6-${Date.now()}-${exec.vu.idInTest}-${turn}`;
    const path = '/v1/orders';
    const made = ask({ operation: 'create-order', customer, path, success: 201, key, body });
    if (made === null) return false;
    order = { id: String(made.id), total: String(made.total), customer, key, paid: false };
    const { shippingAddress: address } = body;
    tell({ kind: 'order', id: order.id, customer: customer.id, ...moneyOf(made), address });
    return true;
  };

  const pay = (): boolean => {
    if (order === null) return false;
    const { id, customer, key } = order;
    const payment = ask({
      operation: 'pay-order',
      customer,
      path: `/v1/orders/${id}/payments`,
      success: 201,
      key: `${key}-pay`,
      body: { token: 'tok_visa' },
    });
    if (payment?.status !== 'captured') return false;
    order = { ...order, paid: true };
    tell({ kind: 'payment', id: payment.id, orderId: id, ...moneyOf(payment) });
    return true;
  };

  const read = (told: Told | null): boolean => {
    if (told === null) return false;
    const { id, total, paid, customer } = told;
    const path = `/v1/orders/${id}`;
    const read = ask({ operation: 'read-order', customer, path, success: 200 });
    if (read === null) return false;
    judge('an order is read as it was told', read.id === id && read.total === total);
    judge('a paid order is read as paid', !paid || read.status === 'paid');
    return true;
  };

  const steps: ((skus: readonly string[]) => boolean)[] = [
    create,
    pay,
    () => read(order),
    () => {
      const whole = read(earlier ?? order);
      if (whole) completed.add(1);
      earlier = order;
      return whole;
    },
  ];

  /** What fails ends its journey: the next call begins another one. */
  return function journey(skus: readonly string[]): void {
    const done = steps[step]?.(skus) ?? false;
    step = done ? (step + 1) % steps.length : 0;
  };
}

function judge(what: string, holds: boolean): void {
  check(null, { [what]: () => holds });
  wrong.add(!holds);
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

const tell = (line: object): void => console.log(JSON.stringify({ ...line, at: Date.now() }));

/** As the wire has it: "19.99" in the currency that orders have by default. */
function moneyOf({ total }: Fields) {
  return { minor: Number(String(total).replace('.', '')), currency: 'USD' };
}
