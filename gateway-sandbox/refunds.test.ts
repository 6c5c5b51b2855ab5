import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildGateway } from './app.ts';

let app: ReturnType<typeof buildGateway>;
let keys = 0;

beforeEach(() => {
  app = buildGateway({ latencyMs: 0, lateMs: 0 });
});
afterEach(() => app.close());

const post = (url: string, payload: object, key = `key-${++keys}`) =>
  app.inject({ method: 'POST', url, payload, headers: { 'idempotency-key': key } });

async function charged(amountMinor: number, token = 'tok_visa'): Promise<string> {
  const body = { reference: 'order-1', amountMinor, currency: 'USD', token };
  return (await post('/v1/charges', body)).json().id;
}

const refund = (chargeId: string, amountMinor: number, key?: string) =>
  post('/v1/refunds', { chargeId, amountMinor, currency: 'USD' }, key);
const ledger = async (query = '') => (await app.inject(`/v1/refunds${query}`)).json();

describe('POST /v1/refunds', () => {
  it('gives a part back, and tells what it was asked for', async () => {
    const chargeId = await charged(1_000);
    const answer = await refund(chargeId, 400, 'refund-1');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({
      id: expect.stringMatching(/^re_/),
      status: 'succeeded',
      key: 'refund-1',
      chargeId,
      amountMinor: 400,
      currency: 'USD',
    });
  });

  it('happens once a key', async () => {
    const chargeId = await charged(1_000);
    const first = await refund(chargeId, 600, 'refund-1');
    const second = await refund(chargeId, 600, 'refund-1');
    expect(second.body).toBe(first.body);
    expect(second.headers['idempotent-replay']).toBe('true');
    const other = await refund(chargeId, 100, 'refund-1');
    expect(other.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect((await ledger()).refunds).toHaveLength(1);
  });

  it('never gives back more than was taken, in parts and at the same time', async () => {
    const chargeId = await charged(1_000);
    const answers = await Promise.all(Array.from({ length: 7 }, () => refund(chargeId, 300)));
    const statuses = answers.map((answer) => answer.statusCode);
    expect(statuses.filter((status) => status === 201)).toHaveLength(3);
    expect(statuses.filter((status) => status === 422)).toHaveLength(4);
    const above = (await refund(chargeId, 101)).json();
    expect(above).toMatchObject({ code: 'refund_too_large', errors: [{ field: 'amountMinor' }] });
    expect((await refund(chargeId, 100)).statusCode).toBe(201);
    expect((await refund(chargeId, 1)).statusCode).toBe(422);
    const { refunds } = await ledger();
    const total = refunds.reduce(
      (sum: number, r: { amountMinor: number }) => sum + r.amountMinor,
      0,
    );
    expect(total).toBe(1_000);
  });

  it('refuses what was never captured, and another currency', async () => {
    const declined = await refund(await charged(1_000, 'tok_declined'), 1);
    expect(declined.json()).toMatchObject({ status: 422, code: 'charge_not_refundable' });
    const unknown = await refund('ch_moon', 1, 'refund-1');
    expect(unknown.json()).toMatchObject({ code: 'charge_not_refundable', key: 'refund-1' });
    const body = { chargeId: await charged(1_000), amountMinor: 1, currency: 'EUR' };
    expect((await post('/v1/refunds', body)).json()).toMatchObject({ code: 'currency_mismatch' });
    expect((await ledger()).refunds).toEqual([]);
  });

  it('refuses nothing at all, and less', async () => {
    const chargeId = await charged(1_000);
    for (const amount of [0, -1, 0.5])
      expect((await refund(chargeId, amount)).statusCode).toBe(400);
  });
});

describe('GET /v1/refunds', () => {
  it('pages through the ledger in order', async () => {
    const chargeId = await charged(1_000);
    for (const n of [1, 2, 3]) await refund(chargeId, n, `refund-${n}`);
    const first = await ledger('?limit=2');
    expect(first.refunds.map((r: { seq: number }) => r.seq)).toEqual([1, 2]);
    expect(await ledger(`?after=${first.next}`)).toMatchObject({
      refunds: [{ seq: 3, key: 'refund-3', chargeId, amountMinor: 3, status: 'succeeded' }],
      next: null,
    });
  });
});
