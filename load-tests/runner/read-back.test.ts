import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBack } from './read-back.ts';

const folder = mkdtempSync(join(tmpdir(), 'scaleretail-read-back-'));
const customers = [{ id: 'c', token: 'secret' }];
const stored: Readonly<Record<string, object>> = {
  good: { total: '19.99', status: 'paid' },
  other: { total: '19.98', status: 'paid' },
  unpaid: { total: '19.99', status: 'open' },
};
let server: Server;
let shop: string;

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    const order = stored[url.replace('/v1/orders/', '')];
    const known = headers.authorization === 'Bearer secret' && order !== undefined;
    response.writeHead(known ? 200 : 404).end(JSON.stringify(order ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function toldFile(...ids: string[]): string {
  const lines = ids.flatMap((id) => [
    { kind: 'order', id, customer: 'c', minor: 1999 },
    { kind: 'payment', id: `p-${id}`, orderId: id, minor: 1999 },
  ]);
  const file = join(folder, 'told.ndjson');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

it('finds everything where everything is as it was told', async () => {
  expect(await readBack(shop, customers, toldFile('good'))).toEqual({
    orders: 1,
    payments: 1,
    findings: [],
  });
});

it('finds what is lost, what has another total, and what is not paid', async () => {
  const { findings } = await readBack(shop, customers, toldFile('good', 'lost', 'other', 'unpaid'));
  expect(findings.toSorted()).toEqual([
    'order lost: acknowledged, and reading it answers 404',
    'order other: told 1999 minor units, reads 19.98',
    'order unpaid: told as paid, reads as open',
  ]);
});
