import { describe, expect, it } from 'vitest';
import { decimal } from './fake-api.ts';
import { Plan } from './plan.ts';
import { addressOf, orderId, totalMinor } from './seeded-orders.ts';
import type { ToldLine } from './told-file.ts';

const customers = Array.from({ length: 10 }, (_, i) => ({ id: `c${i}`, token: `t${i}` }));
const config = {
  target: 'http://127.0.0.1:1',
  rate: 1,
  seed: 'plan',
  customers,
  skus: ['a', 'b', 'c'],
  seeded: { count: 50, customers: 10 },
  toldFile: '',
};

function planned() {
  const lines: ToldLine[] = [];
  return { plan: new Plan(config, { add: (line) => lines.push(line) }), lines };
}

/** Seeded order i as it should be answered. */
const answerFor = (i: number) => ({
  id: orderId(i),
  total: decimal(totalMinor(i)),
  ...(addressOf(i) !== '' && { shippingAddress: addressOf(i) }),
});

/** The first calls of a kind among many. */
const callsOf = (plan: Plan, kind: string, from = 0) =>
  Array.from({ length: 300 }, (_, k) => plan.call(from + k)).filter((call) => call.kind === kind);

describe('Plan', () => {
  it('gives the same calls for the same seed while nothing was answered', () => {
    const describeCalls = (plan: Plan) =>
      Array.from({ length: 200 }, (_, k) => {
        const { kind, customer, path, body } = plan.call(k);
        return { kind, customer, path, body };
      });
    expect(describeCalls(planned().plan)).toEqual(describeCalls(planned().plan));
  });

  it('reads seeded orders as their owner and knows their totals', () => {
    const [read] = callsOf(planned().plan, 'read-order');
    const i = Number.parseInt(read?.path.slice(-12) ?? '', 16);
    expect(read).toMatchObject({ path: `/v1/orders/${orderId(i)}`, customer: i % 10 });
    expect(read?.isWrong(answerFor(i))).toBe(false);
    expect(read?.isWrong({ ...answerFor(i), total: decimal(totalMinor(i) + 1) })).toBe(true);
    expect(read?.isWrong({ ...answerFor(i), shippingAddress: 'Elsewhere' })).toBe(true);
  });

  it('creates instead of paying until there is an order, then pays it as its owner', () => {
    const { plan, lines } = planned();
    expect(callsOf(plan, 'pay-order')).toEqual([]);
    const [create] = callsOf(plan, 'create-order');
    create?.acknowledge?.({ id: 'o1', total: '19.99' });
    const pays = callsOf(plan, 'pay-order');
    expect(pays).toMatchObject([
      { path: '/v1/orders/o1/payments', customer: create?.customer, body: { token: 'tok_visa' } },
    ]);
    pays[0]?.acknowledge?.({ id: 'p1', orderId: 'o1', status: 'captured', total: '19.99' });
    const minor = { minor: 1999, currency: 'USD', at: expect.any(Number) };
    const body: { shippingAddress?: string } = create?.body ?? {};
    const { shippingAddress: address = '' } = body;
    expect(lines).toEqual([
      { kind: 'order', id: 'o1', customer: `c${create?.customer}`, address, ...minor },
      { kind: 'payment', id: 'p1', orderId: 'o1', ...minor },
    ]);
  });

  it('tells no payment that was not captured and no order without a total', () => {
    const { plan, lines } = planned();
    const [bare, create] = callsOf(plan, 'create-order');
    bare?.acknowledge?.({ id: 'o1' });
    expect(lines).toEqual([]);
    create?.acknowledge?.({ id: 'o2', total: '1.00' });
    callsOf(plan, 'pay-order')[0]?.acknowledge?.({ id: 'p', status: 'declined', total: '1.00' });
    expect(lines).toHaveLength(1);
  });

  it('finds a foreign or altered order in a list', () => {
    const [list] = callsOf(planned().plan, 'list-orders');
    const i = (list?.customer ?? 0) + 10;
    const [own, foreign] = [answerFor(i), answerFor(i + 1)];
    expect(list?.isWrong({ orders: [own], next: null })).toBe(false);
    expect(list?.isWrong({ orders: [own, foreign] })).toBe(true);
    expect(list?.isWrong({ orders: [{ ...own, total: '0.01' }] })).toBe(true);
    expect(list?.isWrong({})).toBe(true);
  });

  it('reads recent orders for half of the reads', () => {
    const { plan } = planned();
    callsOf(plan, 'create-order')[0]?.acknowledge?.({ id: 'o1', total: '1.00' });
    const reads = callsOf(plan, 'read-order', 1000);
    const recent = reads.filter((call) => call.path === '/v1/orders/o1');
    expect(recent.length).toBeGreaterThan(reads.length / 4);
    expect(recent.length).toBeLessThan((reads.length * 3) / 4);
  });
});
