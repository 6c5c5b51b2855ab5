import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Customer } from '../companion.ts';
import { readBack } from './read-back.ts';
import { type Scenario, startK6 } from './run-k6.ts';
import type { Outcome } from './told.ts';

export interface ShopOptions {
  readonly scenario: Scenario;
  readonly shop: string;
  readonly customersFile: string;
  readonly rate: number;
  readonly seconds: number;
  readonly baselineFile: string | undefined;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** The customers cannot be read. */
export class CustomersFileError extends Error {
  readonly exitCode = 2;

  constructor(file: string, why: string) {
    super(`--customers is "${file}": must be a file with [{ "id": "…", "token": "…" }] (${why})`);
    this.name = 'CustomersFileError';
  }
}

/** @throws {CustomersFileError} */
function customersIn(file: string): Customer[] {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(read) && read.length > 0 && read.every(isCustomer)) return read;
  } catch (error) {
    throw new CustomersFileError(file, (error as Error).message);
  }
  throw new CustomersFileError(file, 'it is something else');
}

const isCustomer = (value: unknown): value is Customer =>
  typeof value === 'object' && value !== null && 'id' in value && 'token' in value;

/** Carries a load test out on a shop that is there already: in containers, or in a cluster. */
export async function againstShop(options: ShopOptions): Promise<Outcome> {
  const { scenario, shop, customersFile, rate, seconds, baselineFile, folder, signal } = options;
  const customers = customersIn(customersFile);
  const run = startK6({
    scenario,
    folder,
    env: {
      SHOP_URL: shop,
      CUSTOMERS_FILE: resolve(customersFile),
      RATE: String(rate),
      DURATION: String(seconds),
      ...(baselineFile !== undefined && { BASELINE_FILE: resolve(baselineFile) }),
    },
  });
  signal.addEventListener('abort', run.stop, { once: true });
  const report = await run.report;
  signal.throwIfAborted();
  const back = await readBack(shop, customers, run.toldFile);
  return { report, before: null, readBack: back, lab: null };
}
