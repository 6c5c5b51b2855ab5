import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stack } from './support/stack.ts';

let somebody: Server;
let stack: Stack;
beforeAll(async () => {
  somebody = createServer((_, response) => response.end('mine')).listen(0, '127.0.0.1');
  await once(somebody, 'listening');
  const { port } = somebody.address() as AddressInfo;
  stack = await Stack.create('ports', { LAB_PORT: String(port) });
});
afterAll(async () => {
  await stack.down();
  somebody.close();
});

it('a port that somebody else has is named, with the variable that moves it', async () => {
  const { code } = await stack.try('up', '--detach', '--wait', '--no-build');
  expect(code).not.toBe(0);
  const said = await stack.compose('logs', '--no-color', '--no-log-prefix', 'ports');
  expect(said).toMatch(/port \d+ for the live page is taken: set LAB_PORT to another one/);
  expect(said).not.toContain('SHOP_PORT');
  // Nothing of it is left, the volumes of a profile that was not asked for included.
  await stack.compose('down', '--volumes');
  expect(await stack.remains()).toEqual([]);
});
