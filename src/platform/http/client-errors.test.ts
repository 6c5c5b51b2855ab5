import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { answerClientError } from './problem-answers.ts';

it.each([
  ['no HTTP at all\r\n\r\n', 400, 'bad-request'],
  [`GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'request-header-fields-too-large'],
])('answers bytes that are no request with a problem document: %#', async (bytes, status, code) => {
  const app = Fastify({
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, { 'x-release': '1.0' });
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  await app.close();
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('application/problem+json');
  expect(head).toContain('x-release: 1.0');
  expect(head).toContain(`x-request-id: ${JSON.parse(body).requestId}`);
  expect(JSON.parse(body)).toMatchObject({
    status,
    code,
    requestId: expect.stringMatching(/^.{36}$/),
  });
});
