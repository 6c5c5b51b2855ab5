import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { requestIdOf } from './request-id.ts';

function idOf(given: string | undefined): string {
  const request = new IncomingMessage(new Socket());
  if (given !== undefined) request.headers['x-request-id'] = given;
  return requestIdOf(request);
}

it.each(['a', 'Caller.7_a-b', '01a20797-7480-72f5-b87a-48f192f3f734', 'x'.repeat(64)])(
  'is the one that the caller gave: %s',
  (given) => expect(idOf(given)).toBe(given),
);

it.each([
  undefined,
  '',
  'x'.repeat(65),
  'a b',
  'a"b',
  '{"a":1}',
  'ä',
  'a,b',
  '../a',
  '$(a)',
  'a\nb',
])('is made here when the caller gave none that may be repeated: %j', (given) => {
  expect(idOf(given)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(idOf(given)).not.toBe(idOf(given));
});
