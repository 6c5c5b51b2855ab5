import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { type Document, documentOf } from '../support/document.ts';
import { createWorld, openService, type TestService, type World } from '../support/service.ts';
import { plants } from './plants.ts';
import { byStatus, countsOf, neverGood, requestsOf, total } from './requests.ts';

let world: World;
let database: TestDatabase;
let service: TestService;
let document: Document;

beforeAll(async () => {
  world = await createWorld();
  database = await cloneDatabase('relaxed');
  service = await openService(world, database.url, '3.0');
  document = await documentOf(service.url);
});

afterAll(async () => {
  await service.close();
  await database.drop();
  await world.close();
});

it.each(Object.entries(plants))('the plant %s changes something', (_name, { doctor, env }) => {
  if (doctor === undefined) return expect(env).not.toEqual({});
  const doctored = structuredClone(document);
  doctor(doctored);
  expect(doctored).not.toEqual(document);
});

describe('what a replica counted', () => {
  it('is every request, by route and status', async () => {
    const before = total(await requestsOf(service.url));
    await fetch(`${service.url}/v1/products/mug`);
    await fetch(`${service.url}/v1/products/%zz`);
    await fetch(`${service.url}/v1/orders/1/cancel`);
    const counts = await requestsOf(service.url);
    expect(total(counts) - before).toBe(4); // and the first look
    expect(byStatus(counts)).toMatch(/200 ×\d+ {2}400 ×1 {2}405 ×1/);
    const route = 'GET /v1/products/:sku';
    expect(counts).toContainEqual({ route, status: '200', requests: 1 });
  });

  it('tells which routes never had a good answer', () => {
    const counts = countsOf(
      [
        'http_request_duration_seconds_count{route="/a",method="GET",status="200"} 3',
        'http_request_duration_seconds_count{route="/b",method="GET",status="404"} 3',
        'http_request_duration_seconds_count{route="/a",method="POST",status="201"} 0',
      ].join('\n'),
    );
    expect(neverGood(['GET /a', 'GET /b', 'POST /a'], counts)).toEqual(['GET /b', 'POST /a']);
  });
});
