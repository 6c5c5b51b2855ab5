import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Customer } from '../companion.ts';

/** A line of what customers were told; see journey.ts. */
interface Told {
  readonly kind: 'order' | 'payment';
  readonly id: string;
  readonly customer?: string;
  readonly orderId?: string;
  readonly minor: number;
}

interface Acknowledged {
  readonly customer: string;
  readonly minor: number;
  paid: boolean;
}

/** What came of reading everything back that was acknowledged. */
export interface ReadBack {
  readonly orders: number;
  readonly payments: number;
  /** A sentence for each order that is not there as it was told. */
  readonly findings: readonly string[];
}

const atOnce = 8;

/** Reads each acknowledged order back, as its customer: it is there, with its total, and paid if told so. */
export async function readBack(
  shop: string,
  customers: readonly Customer[],
  toldFile: string,
): Promise<ReadBack> {
  const orders = await acknowledgedIn(toldFile);
  const tokens = new Map(customers.map(({ id, token }) => [id, token]));
  const findings: string[] = [];
  const queue = orders.entries();
  const reading = async () => {
    for (const [id, order] of queue) {
      const finding = await compare(shop, id, order, tokens.get(order.customer) ?? '');
      if (finding !== null) findings.push(`order ${id}: ${finding}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reading));
  const payments = [...orders.values()].filter(({ paid }) => paid).length;
  return { orders: orders.size, payments, findings };
}

async function acknowledgedIn(toldFile: string): Promise<Map<string, Acknowledged>> {
  const orders = new Map<string, Acknowledged>();
  for await (const line of createInterface({ input: createReadStream(toldFile) })) {
    if (line === '') continue;
    const { kind, id, customer = '', orderId = '', minor }: Told = JSON.parse(line);
    if (kind === 'order') orders.set(id, { customer, minor, paid: false });
    else {
      const order = orders.get(orderId);
      if (order !== undefined) order.paid = true;
    }
  }
  return orders;
}

/** What is wrong with it, or null. */
async function compare(
  shop: string,
  id: string,
  { minor, paid }: Acknowledged,
  token: string,
): Promise<string | null> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${shop}/v1/orders/${id}`, { headers });
  if (!answer.ok) return `acknowledged, and reading it answers ${answer.status}`;
  const { total, status } = (await answer.json()) as { total: string; status: string };
  if (Number(total.replace('.', '')) !== minor) return `told ${minor} minor units, reads ${total}`;
  return paid && status !== 'paid' ? `told as paid, reads as ${status}` : null;
}
