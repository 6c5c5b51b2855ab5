import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildGateway } from './app.ts';

const VALID = { reference: 'order-1', amountMinor: 1999, currency: 'USD', token: 'tok_visa' };
let app: ReturnType<typeof buildGateway>;

beforeEach(() => {
  app = buildGateway({ latencyMs: 0, lateMs: 0 });
});
afterEach(() => app.close());

const post = (url: string, body: unknown, headers: Record<string, string>) =>
  app.inject({ method: 'POST', url, payload: body as object, headers });
const charge = (body: unknown, key = 'key-1') =>
  post('/v1/charges', body, key === '' ? {} : { 'idempotency-key': key });
const ledger = async (query = '') => (await app.inject(`/v1/charges${query}`)).json();

describe('POST /v1/charges', () => {
  it('captures', async () => {
    const answer = await charge(VALID);
    const { token: _, ...echoed } = VALID;
    expect(answer.statusCode).toBe(201);
    const id = expect.stringMatching(/^ch_/);
    expect(answer.json()).toEqual({ id, status: 'captured', key: 'key-1', ...echoed });
    expect(answer.headers['idempotent-replay']).toBeUndefined();
  });

  it('declines with a code', async () => {
    const answer = await charge({ ...VALID, token: 'tok_declined' });
    expect(answer.json()).toMatchObject({ status: 'declined', declineCode: 'card_declined' });
  });

  it('answers the same key and body with the first answer and charges once', async () => {
    const first = await charge(VALID);
    const second = await charge(VALID);
    expect(second.statusCode).toBe(201);
    expect(second.headers['idempotent-replay']).toBe('true');
    expect(second.body).toBe(first.body);
    expect((await ledger()).charges).toHaveLength(1);
  });

  it('charges once when the same request comes twice at the same time', async () => {
    const slow = buildGateway({ latencyMs: 20, lateMs: 0 });
    const send = () =>
      slow.inject({
        method: 'POST',
        url: '/v1/charges',
        payload: VALID,
        headers: { 'idempotency-key': 'k' },
      });
    const [a, b] = await Promise.all([send(), send()]);
    expect(a.json().id).toBe(b.json().id);
    expect((await slow.inject('/v1/charges')).json().charges).toHaveLength(1);
    await slow.close();
  });

  it.each(
    Object.entries({ reference: 'x', amountMinor: 1, currency: 'EUR', token: 'tok_declined' }),
  )('refuses the same key with another %s', async (field, value) => {
    await charge(VALID);
    const answer = await charge({ ...VALID, [field]: value });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'idempotency_key_reused', status: 422 });
    expect((await ledger()).charges).toHaveLength(1);
  });

  it('names the field of an unknown token and charges nothing', async () => {
    const answer = await charge({ ...VALID, token: 'tok_moon' });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const errors = [{ field: 'token' }];
    expect(answer.json()).toMatchObject({ code: 'unknown_token', key: 'key-1', errors });
    expect((await ledger()).charges).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a number as text', { ...VALID, amountMinor: '1999' }, 'amountMinor'],
    ['a fraction', { ...VALID, amountMinor: 19.99 }, 'amountMinor'],
    ['a negative amount', { ...VALID, amountMinor: -1 }, 'amountMinor'],
    ['small letters', { ...VALID, currency: 'usd' }, 'currency'],
    ['an unknown field', { ...VALID, extra: 1 }, 'extra'],
    ['a missing field', { ...VALID, token: undefined }, 'token'],
  ])('refuses %s and names the field', async (_, body, field) => {
    const answer = await charge(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json().errors.map((e: { field: string }) => e.field)).toEqual([field]);
  });

  it('names every wrong field at once', async () => {
    const answer = await charge({ ...VALID, currency: 'usd', amountMinor: -1 });
    expect(answer.json().errors).toHaveLength(2);
  });

  it('needs an idempotency-key', async () => {
    const answer = await charge(VALID, '');
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toMatchObject([{ field: 'idempotency-key' }]);
  });

  it('answers broken JSON and an unknown path with problem documents', async () => {
    const headers = { 'idempotency-key': 'k', 'content-type': 'application/json' };
    const broken = await app.inject({ method: 'POST', url: '/v1/charges', payload: '{', headers });
    expect(broken.json()).toMatchObject({ status: 400, code: 'invalid_request' });
    expect((await app.inject('/v2')).json()).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('GET /v1/charges', () => {
  it('pages through the ledger in order', async () => {
    for (const n of [1, 2, 3]) await charge({ ...VALID, amountMinor: n }, `key-${n}`);
    const first = await ledger('?limit=2');
    expect(first.charges.map((c: { seq: number }) => c.seq)).toEqual([1, 2]);
    expect(first.next).toBe(2);
    const rest = await ledger(`?after=${first.next}&limit=2`);
    expect(rest.next).toBeNull();
    expect(rest.charges).toEqual([
      {
        seq: 3,
        id: expect.any(String),
        key: 'key-3',
        reference: 'order-1',
        amountMinor: 3,
        currency: 'USD',
        token: 'tok_visa',
        status: 'captured',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
    expect(await ledger('?after=99')).toEqual({ charges: [], next: null });
  });

  it('keeps the id of the request that the caller made the charge for', async () => {
    await post('/v1/charges', VALID, { 'idempotency-key': 'k', 'x-request-id': 'request-1' });
    expect((await ledger()).charges).toMatchObject([{ key: 'k', requestId: 'request-1' }]);
  });

  it.each(['after=-1', 'after=x', 'limit=0', 'limit=1001', 'page=1'])(
    'refuses ?%s',
    async (query) => {
      expect((await app.inject(`/v1/charges?${query}`)).statusCode).toBe(400);
    },
  );
});
