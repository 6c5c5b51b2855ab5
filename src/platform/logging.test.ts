import { expect, it } from 'vitest';
import { createLogger } from './logging.ts';

function capture(level = 'info') {
  const lines: string[] = [];
  const log = createLogger(level, '2.0', 'r1', { write: (line) => lines.push(line) });
  return { log, lines };
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
