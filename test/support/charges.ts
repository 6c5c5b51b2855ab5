import type { World } from './service.ts';

/** An entry of the gateway's own book. */
export interface Charge {
  /** The order. */
  readonly reference: string;
  /** The payment. */
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: 'captured' | 'declined';
}

/** What the gateway has charged for an order. */
export async function chargesFor(gateway: World['gateway'], orderId: string): Promise<Charge[]> {
  const charges: Charge[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const answer = await fetch(`${gateway.url}/v1/charges?limit=1000&after=${after}`);
    const page = (await answer.json()) as { charges: Charge[]; next: number | null };
    charges.push(...page.charges);
    after = page.next;
  }
  return charges.filter((charge) => charge.reference === orderId);
}
