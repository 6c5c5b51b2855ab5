import type { World } from './service.ts';

/** An entry of the gateway's own book. */
export interface Charge {
  readonly id: string;
  /** The order. */
  readonly reference: string;
  /** The payment. */
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: 'captured' | 'declined';
}

/** Money that the gateway has given back. */
export interface GivenBack {
  /** The refund. */
  readonly key: string;
  readonly chargeId: string;
  readonly amountMinor: number;
}

/** What the gateway has charged for an order, or for several. */
export async function chargesFor(
  gateway: World['gateway'],
  orderIds: string | readonly string[],
): Promise<Charge[]> {
  const charges = await ledgerOf<Charge>(gateway, 'charges');
  return charges.filter((charge) => [orderIds].flat().includes(charge.reference));
}

export function refundsFor(gateway: World['gateway']): Promise<GivenBack[]> {
  return ledgerOf<GivenBack>(gateway, 'refunds');
}

async function ledgerOf<Entry>(gateway: World['gateway'], name: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const answer = await fetch(`${gateway.url}/v1/${name}?limit=1000&after=${after}`);
    const page = (await answer.json()) as Record<string, Entry[]> & { next: number | null };
    entries.push(...(page[name] ?? []));
    after = page.next;
  }
  return entries;
}
