import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildGateway } from './app.ts';
import { LedgerFileError, openLedgerFile } from './ledger-file.ts';

const CHARGE = { reference: 'order-1', amountMinor: 1_000, currency: 'USD', token: 'tok_visa' };
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(folder, 'ledger.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What `use` does with a gateway that has read the file, closed afterwards. */
async function withGateway<T>(use: (app: ReturnType<typeof buildGateway>) => Promise<T>) {
  const app = buildGateway({ latencyMs: 0, lateMs: 0, ledgerFile: path });
  return use(app).finally(() => app.close());
}

const post = (url: string, key: string, payload: object) =>
  withGateway((app) =>
    app.inject({ method: 'POST', url, payload, headers: { 'idempotency-key': key } }),
  );
const ledger = async (what: 'charges' | 'refunds') =>
  (await withGateway((app) => app.inject(`/v1/${what}`))).json()[what];

describe('a ledger in a file', () => {
  it('is there after a restart, with its keys and with what is left to give back', async () => {
    const charged = await post('/v1/charges', 'pay-1', CHARGE);
    const { id: chargeId } = charged.json();
    const refund = { chargeId, amountMinor: 700, currency: 'USD' };
    const refunded = await post('/v1/refunds', 'refund-1', refund);

    expect((await post('/v1/charges', 'pay-1', CHARGE)).body).toBe(charged.body);
    expect((await post('/v1/refunds', 'refund-1', refund)).body).toBe(refunded.body);
    expect((await post('/v1/refunds', 'refund-2', refund)).statusCode).toBe(422);
    const other = await post('/v1/charges', 'pay-1', { ...CHARGE, token: 'tok_declined' });
    expect(other.json().code).toBe('idempotency_key_reused');
    expect((await post('/v1/charges', 'pay-2', CHARGE)).statusCode).toBe(201);
    expect(await ledger('charges')).toMatchObject([
      { seq: 1, key: 'pay-1' },
      { seq: 2, key: 'pay-2' },
    ]);
    expect(await ledger('refunds')).toMatchObject([{ seq: 1, key: 'refund-1' }]);
  });

  it('loses a torn last line, for which nobody was answered, and goes on', async () => {
    await post('/v1/charges', 'pay-1', CHARGE);
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, whole.replace('pay-1', 'pay-2').slice(0, 40));
    await post('/v1/charges', 'pay-3', CHARGE);
    expect(await ledger('charges')).toMatchObject([{ key: 'pay-1' }, { key: 'pay-3', seq: 2 }]);
  });

  it('is refused with any other line that cannot be read', () => {
    writeFileSync(path, '{"charge":{}}\n{"char\n{"charge":{}}\n');
    expect(() => openLedgerFile(path)).toThrow(LedgerFileError);
    expect(() => openLedgerFile(path)).toThrow('in line 2');
  });

  it('needs a folder that is there', () => {
    expect(() => openLedgerFile(join(folder, 'no', 'ledger'))).toThrow(/LEDGER_FILE .* ENOENT/);
  });
});
