import { readFileSync } from 'node:fs';
import { type Customer, readBack } from './read-back.ts';
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

/** Carries a load test out on a shop that is there already: in containers, or in a cluster. */
export async function againstShop(options: ShopOptions): Promise<Outcome> {
  const { scenario, shop, customersFile, rate, seconds, baselineFile, folder, signal } = options;
  const customers: Customer[] = JSON.parse(readFileSync(customersFile, 'utf8'));
  const run = startK6({
    scenario,
    folder,
    env: {
      SHOP_URL: shop,
      CUSTOMERS_FILE: customersFile,
      RATE: String(rate),
      DURATION: String(seconds),
      ...(baselineFile !== undefined && { BASELINE_FILE: baselineFile }),
    },
  });
  signal.addEventListener('abort', run.stop, { once: true });
  const report = await run.report;
  const back = await readBack(shop, customers, run.toldFile);
  return { report, before: null, readBack: back, lab: null };
}
