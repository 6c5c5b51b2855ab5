import { expect, it } from 'vitest';
import { createLogs } from './logging.ts';

function capture(level = 'info') {
  const lines: string[] = [];
  let flushed = 0;
  const output = {
    write: (line: string) => lines.push(line),
    flush() {
      flushed = lines.length;
    },
    flushSync: () => {},
  };
  const logs = createLogs({ level, release: '2.0', instance: 'r1' }, output);
  return { ...logs, lines, flushed: () => flushed };
}

it('writes one JSON line with release and instance', () => {
  const { log, lines } = capture();
  log.info({ address: '127.0.0.1' }, 'listening');
  log.debug('too small a matter');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    release: '2.0',
    instance: 'r1',
    address: '127.0.0.1',
    msg: 'listening',
  });
});

it('lets lines of answers wait, and writes them with the next line of the service, in order', () => {
  const { log, logAnswer, lines, flushed } = capture();
  const answer = { method: 'GET', route: '/x', status: 200, code: undefined, ms: 1 };
  logAnswer('info', { ...answer, reqId: 'a', traceId: undefined });
  logAnswer('info', { ...answer, reqId: 'b', traceId: 't' });
  logAnswer('debug', { ...answer, reqId: 'too small a matter', traceId: undefined });
  expect(flushed()).toBe(0);
  log.child({ reqId: 'c' }).error('failed');
  expect(flushed()).toBe(3);
  expect(lines.map((line) => JSON.parse(line).reqId)).toEqual(['a', 'b', 'c']);
  expect(JSON.parse(lines[1] ?? '')).toEqual({
    ...{ level: 30, time: expect.any(Number), release: '2.0', instance: 'r1' },
    ...{ reqId: 'b', method: 'GET', route: '/x', status: 200, ms: 1, traceId: 't' },
    msg: 'answered',
  });
});
const secret = 'c4rd-0r-p4ssw0rd';

it.each([
  { authorization: secret },
  { headers: { authorization: secret, cookie: secret, 'idempotency-key': secret } },
  { req: { headers: { authorization: secret, cookie: secret, 'idempotency-key': secret } } },
  { token: secret },
  { body: { token: secret } },
  { request: { body: { token: secret } } },
  { payment: { cardToken: secret, card_token: secret } },
  { password: secret },
  { database: { password: secret } },
  { err: Object.assign(new Error('no'), { detail: secret, where: secret, parameters: secret }) },
  { err: Object.assign(new Error('no'), { config: { headers: { authorization: secret } } }) },
])('never prints what %j hides', (fields) => {
  const { log, lines } = capture();
  log.error(fields, 'failed');
  expect(lines.join()).toContain('[redacted]');
  expect(lines.join()).not.toContain(secret);
});

it('prints what is no secret: the proof can fail', () => {
  const { log, lines } = capture();
  log.error({ note: secret, err: new Error('failed') }, 'failed');
  expect(lines.join()).toContain(secret);
});
