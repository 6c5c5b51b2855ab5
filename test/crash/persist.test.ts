import { describe, expect, it } from 'vitest';
import { replay } from './finish.ts';
import type { Call, Reply } from './http.ts';
import { sendAs } from './persist.ts';

const customer = { id: 'alice', token: 'token' };
const call: Call = { customer, path: '/v1/orders', post: { key: 'k1', body: {} } };
const good: Reply = { status: 201, text: '{"id":"1"}', code: '', replayed: false };
const bad = (status: number, code: string): Reply => ({ ...good, status, code, text: '' });

/** Gives the answers one after the other, the last one again and again; counts the requests. */
function server(...answers: readonly [Reply, ...Reply[]]) {
  const sent: Call[] = [];
  const send = async (_url: string, request: Call) => {
    sent.push(request);
    return answers[sent.length - 1] ?? answers.at(-1) ?? answers[0];
  };
  return { sent, http: { send } };
}

function sender(http: { send: (url: string, call: Call) => Promise<Reply> }, giveUpAt = Infinity) {
  let retried = 0;
  return {
    ...{ http, random: () => 0, urls: () => ['http://replica'] as [string] },
    signal: new AbortController().signal,
    giveUpAt: () => giveUpAt,
    onRetry: () => {
      retried += 1;
    },
    retried: () => retried,
  };
}

describe('sendAs', () => {
  it.each([
    [0, 'ECONNRESET'],
    [500, 'internal-error'],
    [503, 'payment-pending'],
    [429, 'too-many-requests'],
    [409, 'request-in-progress'],
  ])(
    'repeats after %i %s, the same request with the same key, when it is to',
    async (status, code) => {
      const { http, sent } = server(bad(status, code), good);
      const retrying = sender(http);
      expect(await sendAs('retry', retrying, call)).toBe(good);
      expect(sent).toEqual([call, call]);
      expect(retrying.retried()).toBe(1);
    },
  );

  it.each([
    [409, 'order-not-payable'],
    [422, 'card-token-refused'],
    [404, 'order-not-found'],
  ])('takes %i %s for an answer', async (status, code) => {
    const { http, sent } = server(bad(status, code), good);
    expect((await sendAs('retry', sender(http), call))?.code).toBe(code);
    expect(sent).toHaveLength(1);
  });

  it('never repeats for a client that asks once', async () => {
    const { http, sent } = server(bad(503, 'temporarily-unavailable'), good);
    expect((await sendAs('once', sender(http), call))?.status).toBe(503);
    expect(sent).toHaveLength(1);
  });

  it('gives up when the time is over', async () => {
    const { http } = server(bad(503, 'temporarily-unavailable'));
    expect(await sendAs('retry', sender(http, 0), call)).toBeNull();
  });
});

describe('replay', () => {
  const finished = {
    customer,
    path: '/v1/orders',
    key: 'k1',
    body: {},
    status: 201,
    text: good.text,
  };
  const repeat = (reply: Reply) =>
    replay(
      server(reply).http,
      [finished],
      () => ['http://replica'],
      () => 0,
    );

  it('finds nothing when the answer is the same, and said to be a repetition', async () => {
    expect(await repeat({ ...good, replayed: true })).toEqual([]);
  });

  it.each([
    ['other bytes', { ...good, replayed: true, text: '{"id": "1"}' }],
    ['another status', { ...good, replayed: true, status: 200 }],
    ['a request that was done anew', good],
    ['no answer', bad(0, 'ECONNREFUSED')],
  ])('finds %s', async (_what, reply) => {
    expect(await repeat(reply)).toMatchObject([{ check: 'replay', row: 'k1' }]);
  });
});
