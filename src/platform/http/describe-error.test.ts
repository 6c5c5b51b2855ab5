import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';

const failure = (message: string, more: object = {}) => Object.assign(new Error(message), more);

describe('describeError', () => {
  it.each([
    failure('secret'),
    new TypeError('secret'),
    failure('secret', { code: '42703' }),
    failure('secret', { statusCode: 302 }),
    failure('secret', { statusCode: 500 }),
    'secret',
    { message: 'secret', statusCode: 400 },
    null,
    undefined,
  ])('tells nothing of what nobody expected: %s', (thrown) => {
    const told = describeError(thrown);
    expect(told).toMatchObject({ status: 500, code: 'internal-error', errors: [] });
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it.each([
    '08000',
    '08001',
    '08003',
    '08004',
    '08006',
    '08P01',
    '25006',
    '25P03',
    '40001',
    '40P01',
    '53200',
    '53300',
    '55P03',
    '57014',
    '57P01',
    '57P02',
    '57P03',
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
  ])('takes code %s for a database that cannot answer now', (code) => {
    expect(describeError(failure('secret', { code }))).toMatchObject({
      status: 503,
      code: 'temporarily-unavailable',
      retryAfterSeconds: 1,
      detail: expect.not.stringContaining('secret'),
    });
  });

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
  ])('takes "%s" for it too, which has no code', (message) => {
    expect(describeError(failure(message)).status).toBe(503);
  });

  it.each(['23505', '23514', '42501', '22P02', '42P01'])(
    'takes code %s for our fault: to repeat would not help',
    (code) => {
      expect(describeError(failure('secret', { code })).status).toBe(500);
    },
  );

  it('names the first wrong fields of very many', () => {
    const validation = Array.from({ length: 10_000 }, (_, n) => ({
      instancePath: `/items/${n}`,
      params: {},
      message: 'must be object',
    }));
    const told = describeError(failure('many', { validation, validationContext: 'body' }));
    expect(told.errors).toHaveLength(20);
    expect(told.errors[0]).toEqual({ field: '/items/0', message: 'must be object' });
  });

  it('passes on what the framework says of a wrong request', () => {
    expect(describeError(failure('Not so.', { statusCode: 406 }))).toMatchObject({
      status: 406,
      code: 'bad-request',
      detail: 'Not so.',
    });
  });
});
