import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { registerProblems } from './problem-answers.ts';

const app = Fastify();
registerProblems(app);
app.get('/orders', async () => 'list');
app.post('/orders', async () => 'place');
app.post('/orders/:id/cancel', async () => 'cancel');

it.each([
  ['DELETE', '/orders', 'GET, HEAD, POST'],
  ['OPTIONS', '/orders?x=1', 'GET, HEAD, POST'],
  ['TRACE', '/orders', 'GET, HEAD, POST'],
  ['PROPFIND', '/orders', 'GET, HEAD, POST'],
  ['GET', '/orders/1/cancel', 'POST'],
  ['HEAD', '/orders/1/cancel', 'POST'],
])('%s %s: 405, and what the path knows is %s', async (method, url, allow) => {
  const answer = await app.inject({ method: method as 'GET', url });
  expect(answer.statusCode).toBe(405);
  expect(answer.headers.allow).toBe(allow);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  if (method !== 'HEAD') expect(answer.json()).toMatchObject({ code: 'method-not-allowed' });
});

it.each([
  ['GET', '/orders/1'],
  ['POST', '/orders/1/2/cancel'],
  ['GET', '/orders/'],
  ['GET', '/Orders'],
])('%s %s: 404, there is no such path', async (method, url) => {
  const answer = await app.inject({ method: method as 'GET', url });
  expect(answer.statusCode).toBe(404);
  expect(answer.headers).not.toHaveProperty('allow');
});
