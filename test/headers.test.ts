import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { securityHeaders } from '../src/platform/http/security-headers.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { createWorld, openService, type TestService, type World } from './support/service.ts';

let world: World;
let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  world = await createWorld();
  database = await cloneDatabase('expanded');
  service = await openService(world, database.url, '2.0');
});
afterAll(async () => {
  await service.close();
  await database.drop();
  await world.close();
});

it.each([
  ['/v1/products', 200],
  ['/v1/orders', 401],
  ['/v1/nothing', 404],
  ['/v1/orders/%zz', 400],
  ['/readyz', 200],
  ['/metrics', 200],
])('every answer of the API has the fixed headers: %s', async (path, status) => {
  const answer = await fetch(service.url + path);
  expect(answer.status).toBe(status);
  expect(Object.fromEntries(answer.headers)).toMatchObject(securityHeaders);
});

it('the page at /docs works under its policy: each script and style is its own or known', async () => {
  const answer = await fetch(`${service.url}/docs/`);
  const page = await answer.text();
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe-(inline|eval)|upgrade-insecure-requests/);
  expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  const inline = [...page.matchAll(/<(?:script|style)(?![^>]*\ssrc=)[^>]*>(.*?)<\//gs)];
  for (const [, text = ''] of inline) {
    expect(policy).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  }
  expect(page).not.toMatch(/\son\w+=|javascript:/);
  const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = '']) => source);
  expect(sources.filter((source) => /\.(js|css)$/.test(source)).length).toBeGreaterThan(3);
  for (const source of sources) {
    const asset = await fetch(new URL(source, `${service.url}/docs/`));
    expect(asset.status, source).toBe(200);
    expect(asset.url.startsWith(service.url)).toBe(true);
  }
});
